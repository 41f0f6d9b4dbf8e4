/** One tcpdump on one interface: started, asked how far it is, ended. */
import { LabError } from '../error.ts';
import type { LabNamespace } from './host.ts';
import { describeExit, type LabProcess } from './process.ts';
import { until } from './until.ts';

/** Kernel buffer of each capture: room for some 16 000 full frames while tcpdump waits for the processor. */
const BUFFER_KIB = 32 * 1024;

/** How far a capture is. */
export interface Counts {
  /** Packets written; with `-U`, written means in the file. */
  readonly captured: number;
  /** Packets that the kernel's tap saw, those that it dropped included. */
  readonly received: number;
  /** Packets for which the kernel had no room. */
  readonly dropped: number;
}

const ON_REQUEST =
  /^tcpdump: (\d+) packets? captured, (\d+) packets? received by filter, (\d+) packets? dropped by kernel/gm;

const AT_END =
  /^(\d+) packets? captured\n(\d+) packets? received by filter\n(\d+) packets? dropped by kernel/gm;

export class Tcpdump {
  /** Host and interface, for messages. */
  readonly title: string;
  /** Rejects with what it said if it ends without having been told to; does not settle otherwise. */
  readonly failed: Promise<never>;
  readonly #file: string;
  readonly #process: LabProcess;
  #toldToEnd = false;

  private constructor(title: string, file: string, started: LabProcess) {
    this.title = title;
    this.#file = file;
    this.#process = started;
    this.failed = new Promise((_, reject) => {
      started.exited.then(async () => {
        if (!this.#toldToEnd) reject(await this.#died());
      });
    });
    // Whoever does not wait for it hears of it from `counts` or `finish`.
    this.failed.catch(() => undefined);
  }

  /**
   * Resolves when it listens: a packet that passes later is in the file.
   *
   * @param title Host and interface whose link it listens on.
   * @param port The interface that it opens in `namespace`.
   */
  static async listen(title: string, namespace: LabNamespace, port: string, file: string): Promise<Tcpdump> {
    const args = ['-i', port, '-p', '-n', '-s', '0', '-U', '--immediate-mode', '-Z', 'root'];
    const started = await namespace.start(
      `tcpdump-${port}`,
      'tcpdump',
      [...args, '-B', `${BUFFER_KIB}`, '-w', file],
      { ready: /^tcpdump: listening on /m },
    );
    return new Tcpdump(title, file, started);
  }

  /** @throws LabError if it has died or does not answer. */
  async counts(): Promise<Counts> {
    const before = (await this.#read(ON_REQUEST)).length;
    this.#process.signal('SIGUSR1');
    const counts = await until(
      async () => {
        if (!this.#process.alive) throw await this.#died();
        return (await this.#read(ON_REQUEST))[before];
      },
      { limitMs: 10_000 },
    );
    if (counts) return counts;
    throw new LabError(
      `tcpdump on ${this.title} did not answer SIGUSR1 with its counts in 10 s; see ${this.#process.logFile}.`,
    );
  }

  /**
   * Ends it. What is still in the kernel's buffer is lost, so ask for the counts first.
   *
   * @throws LabError if it had died before, or gave no counts at its end.
   */
  async finish(): Promise<Counts> {
    if (!this.#process.alive) throw await this.#died();
    this.#toldToEnd = true;
    this.#process.signal('SIGINT');
    await this.#process.exited;
    const counts = (await this.#read(AT_END)).at(-1);
    if (counts) return counts;
    throw await this.#died();
  }

  /** Ends it without asking for anything. */
  async abandon(): Promise<void> {
    this.#toldToEnd = true;
    await this.#process.stop();
  }

  async #read(pattern: RegExp): Promise<Counts[]> {
    const found = (await this.#process.output()).matchAll(pattern);
    return [...found].map(([, captured, received, dropped]) => ({
      captured: Number(captured),
      received: Number(received),
      dropped: Number(dropped),
    }));
  }

  async #died(): Promise<LabError> {
    const { exited, logFile } = this.#process;
    return new LabError(
      `tcpdump on ${this.title} ended ${describeExit(await exited)} without its counts, so nobody can tell what ` +
        `${this.#file} lacks. What it said is in ${logFile}:\n${(await this.#process.output()).trim()}`,
    );
  }
}
