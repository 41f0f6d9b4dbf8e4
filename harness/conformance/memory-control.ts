/** What asks the director of a stage in memory: connections to its control socket, and the programs that a user has. */
import { type Duplex, duplexPair } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ControlClient, ControlSocketBackend, type IpvsBackend, LazyBackend } from '../../director/index.ts';
import { type Output, outputOf, programOf } from '../../lab/ipvsadm.ts';
import { IN_MEMORY } from '../../lab/memory/control-connection.ts';
import { LAB_NAMES } from '../../lab/names.ts';
import type { StageControl } from '../../scenarios/kit/stage-control.ts';
import { StageError } from './stage-commands.ts';

export class MemoryControl implements StageControl {
  readonly #connect: () => Duplex;

  /** @param connect Makes a connection to the control socket. */
  constructor(connect: () => Duplex) {
    this.#connect = connect;
  }

  get client(): ControlClient {
    return new ControlClient(IN_MEMORY, this.#connect);
  }

  async say(requests: string): Promise<string[]> {
    const connection = this.#connect();
    connection.end(requests);
    const answers = await text(connection);
    return answers.split('\n').slice(0, -1);
  }

  clientOf(answers: string, error?: Error): ControlClient {
    return new ControlClient(IN_MEMORY, () => {
      const [near, far] = duplexPair();
      if (error === undefined) far.end(answers);
      else near.destroy(error);
      return near;
    });
  }

  run(
    command: string,
    { stdin = '', isRunning = true }: { readonly stdin?: string; readonly isRunning?: boolean } = {},
  ): Promise<Output> {
    const director = new ControlSocketBackend(this.client);
    return programRun(command, stdin, async () =>
      isRunning ? director : new LazyBackend(async () => director),
    );
  }

  forbidden(command: string, reason: string): Promise<Output> {
    return programRun(command, '', () => Promise.reject(new Error(reason)));
  }
}

function programRun(command: string, stdin: string, open: () => Promise<IpvsBackend>): Promise<Output> {
  const [name = '', ...words] = command.split(' ');
  const run = programOf(name, words);
  if (run === undefined) throw new StageError(`there is no program ${name}`);
  return outputOf(run, { stdin: async () => stdin, resolver: LAB_NAMES, argv0: name, open });
}
