import { join } from 'node:path';
import { execa, type Options, type ResultPromise } from 'execa';
import type { Host } from '../topology.ts';
import { LabProcess, type StartOptions } from './process.ts';

/** What a host needs to know of the lab it is in. */
export interface HostContext {
  readonly namespace: string;
  readonly runDirectory: string;
  /** The run's mark: every process carries it. */
  readonly mark: Readonly<Record<string, string>>;
  /** Given each process that was started. */
  readonly onStart: (started: LabProcess) => void;
}

/** A network namespace of a lab, to run things in: a host, or the fabric with the switches. */
export class LabNamespace {
  readonly name: string;
  readonly namespace: string;
  readonly #context: HostContext;

  constructor(name: string, context: HostContext) {
    this.name = name;
    this.namespace = context.namespace;
    this.#context = context;
  }

  /** Where what runs in it may keep files; not made until somebody does. */
  get filesDirectory(): string {
    return join(this.#context.runDirectory, this.name);
  }

  /**
   * Runs a program in it to its end; no shell. As with execa, await it for the result, and an exit code other
   * than 0 rejects unless `reject: false`.
   */
  run<const Given extends Options = Record<never, never>>(
    file: string,
    args: readonly string[] = [],
    options?: Given,
  ): ResultPromise<Given> {
    const given = options ?? ({} as Given);
    const [ip, ...words] = this.#enter(file, args);
    return execa(ip, words, {
      detached: true,
      ...given,
      env: { ...given.env, ...this.#context.mark },
    } as Given) as unknown as ResultPromise<Given>;
  }

  /**
   * Starts a long-running program in it and awaits that it is ready.
   * What that writes goes to `<runDirectory>/logs/<host>-<name>.log`.
   *
   * @throws LabError with the end of that log, if it ends or time passes before it is ready.
   */
  async start(
    name: string,
    file: string,
    args: readonly string[] = [],
    options: StartOptions = {},
  ): Promise<LabProcess> {
    const started = await LabProcess.start({
      ...options,
      env: { ...options.env, ...this.#context.mark },
      title: `${name} on ${this.name}`,
      command: this.#enter(file, args),
      logFile: join(this.#context.runDirectory, 'logs', `${this.name}-${name}.log`),
    });
    this.#context.onStart(started);
    return started;
  }

  #enter(file: string, args: readonly string[]): [string, ...string[]] {
    return ['ip', 'netns', 'exec', this.namespace, file, ...args];
  }
}

/** A running host of a topology. */
export class LabHost extends LabNamespace {
  readonly spec: Host;
  readonly #context: HostContext;

  constructor(spec: Host, context: HostContext) {
    super(spec.name, context);
    this.spec = spec;
    this.#context = context;
  }

  /** A further namespace of the lab, which goes when the lab does. It is not made here. */
  beside(name: string): LabNamespace {
    return new LabNamespace(name, { ...this.#context, namespace: `${this.namespace}.${name}` });
  }

  /** Runs a shell's script on the machine, in none of the lab's namespaces: what makes some. It ends with the lab. */
  runOutside(script: string): ResultPromise<{ input: string; detached: true }> {
    return execa('sh', ['-s'], { input: script, detached: true, env: this.#context.mark });
  }
}
