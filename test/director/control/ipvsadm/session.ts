import type { IpvsBackend } from '../../../../director/control/ipvsadm/backend/backend.ts';
import type { NameResolver } from '../../../../director/control/ipvsadm/name-resolver.ts';
import { runIpvsadm } from '../../../../director/control/ipvsadm/run.ts';
import { NETWORK } from '../../../../harness/replay/network.ts';
import { VirtualDirector } from '../../../../lab/memory/virtual-director.ts';

export interface Output {
  readonly rc: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Nothing has a name. */
export const NAMELESS: NameResolver = {
  hostAddress: async () => undefined,
  hostName: async () => undefined,
  servicePort: async () => undefined,
  serviceName: async () => undefined,
};

/** `ipvsadm` for a director in memory. */
export class Session {
  #director: VirtualDirector | undefined;
  readonly #kernel: IpvsBackend | undefined;
  /** Lines of `-R` that were refused. */
  readonly refusedLines: number[] = [];

  constructor(kernel?: IpvsBackend) {
    this.#kernel = kernel;
  }

  /** Made when something is asked of it: most words are refused before. */
  get director(): VirtualDirector {
    this.#director ??= new VirtualDirector({ network: NETWORK });
    return this.#director;
  }

  get kernel(): IpvsBackend {
    return this.#kernel ?? this.director.kernel;
  }

  /** @param words Without the program's name. */
  async run(
    words: readonly string[] | string,
    stdin = '',
    resolver: NameResolver = NAMELESS,
  ): Promise<Output> {
    let stdout = '';
    let stderr = '';
    const argv = typeof words === 'string' ? words.split(' ').filter((word) => word !== '') : words;
    const rc = await runIpvsadm(argv, {
      stdin: async () => stdin,
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: (text) => (stderr += text) },
      resolver,
      argv0: 'ipvsadm',
      open: async () => this.kernel,
      onRefusedLine: (line) => this.refusedLines.push(line),
    });
    return { rc, stdout, stderr };
  }

  /** Runs commands that must go well. Returns what the last one printed. */
  async must(...commands: readonly string[]): Promise<string> {
    let stdout = '';
    for (const command of commands) {
      const output = await this.run(command);
      if (output.rc !== 0) throw new Error(`${command}: ${output.stderr}`);
      stdout = output.stdout;
    }
    return stdout;
  }
}
