import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../error.ts';
import type { LabHost } from './host.ts';
import { describeExit, type LabProcess } from './process.ts';
import { until } from './until.ts';

/** Where to listen: an interface of a host. */
export interface CapturePoint {
  readonly host: string;
  readonly interface: string;
}

/** A finished capture, with the counts that tcpdump gave at its end. */
export interface CaptureFile extends CapturePoint {
  /** Path of the pcap: classic format, microseconds. */
  readonly file: string;
  /** Packets in the file. */
  readonly captured: number;
  /** Packets that the kernel saw and had no room for: with any, the capture proves nothing by absence. */
  readonly droppedByKernel: number;
}

/** Kernel buffer of each capture: room for some 16 000 full frames while tcpdump waits for the processor. */
const BUFFER_KIB = 32 * 1024;

/**
 * The wire counts as quiet when no capture got a packet for this long: longer than the 40 ms by which Linux may put
 * off the last acknowledgement of a connection (TCP_DELACK_MIN).
 */
const QUIET_MS = 100;

/** How long to wait for quiet. Traffic that goes on and on is cut at this point. */
const SETTLE_LIMIT_MS = 3_000;

interface Running extends CapturePoint {
  readonly file: string;
  readonly tcpdump: LabProcess;
}

interface Counts {
  readonly captured: number;
  readonly received: number;
  readonly dropped: number;
}

/** Captures that are listening. */
export class Captures implements AsyncDisposable {
  readonly #running: readonly Running[];
  #stopped: Promise<CaptureFile[]> | undefined;

  private constructor(running: readonly Running[]) {
    this.#running = running;
  }

  /** Resolves when every tcpdump listens: a packet that passes later is in the file. */
  static async start(
    points: readonly CapturePoint[],
    directory: string,
    hostOf: (name: string) => LabHost,
  ): Promise<Captures> {
    await mkdir(directory, { recursive: true });
    const starts = await Promise.allSettled(
      points.map(async (point) => {
        const file = join(directory, `${point.host}-${point.interface}.pcap`);
        return { ...point, file, tcpdump: await listen(hostOf(point.host), point.interface, file) };
      }),
    );
    const running = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
    const failed = starts.find((start) => start.status === 'rejected');
    if (failed) {
      await Promise.all(running.map(({ tcpdump }) => tcpdump.stop()));
      throw failed.reason;
    }
    return new Captures(running);
  }

  /**
   * Ends the captures when every packet that passed before this call is in its file. Calling it again gives the
   * same answer.
   *
   * @throws LabError if a tcpdump has died or gave no counts.
   */
  stop(): Promise<CaptureFile[]> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#stopped) return;
    await Promise.all(this.#running.map(({ tcpdump }) => tcpdump.stop()));
  }

  async #stop(): Promise<CaptureFile[]> {
    await this.#drain();
    return Promise.all(this.#running.map(finish));
  }

  /**
   * A signal makes tcpdump leave whatever is still in the kernel's buffer, so it must not come before the buffer is
   * empty. tcpdump tells on SIGUSR1: `received` is the kernel's count of what the tap saw, `captured` what tcpdump
   * has written, and with -U written means in the file. Equal, less drops, means drained. Drained and unchanged
   * for a while on all captures means that nothing is on its way between two hosts either.
   */
  async #drain(): Promise<void> {
    const atStop = await Promise.all(this.#running.map(countsNow));
    let last = atStop;
    let quietSince = performance.now();
    await until(
      async () => {
        const now = await Promise.all(this.#running.map(countsNow));
        const isQuiet = now.every(
          (counts, at) => isDrained(counts) && counts.received === last[at]!.received,
        );
        last = now;
        if (!isQuiet) quietSince = performance.now();
        return performance.now() - quietSince >= QUIET_MS || undefined;
      },
      { limitMs: SETTLE_LIMIT_MS, everyMs: 20 },
    );
    const behind = this.#running.find(
      (_, at) => last[at]!.captured + last[at]!.dropped < atStop[at]!.received,
    );
    if (behind) {
      throw new LabError(
        `The capture of ${nameOf(behind)} is more than ${SETTLE_LIMIT_MS} ms behind the wire, so its end would be ` +
          'missing. Send less, or capture on fewer interfaces.',
      );
    }
  }
}

const nameOf = (point: CapturePoint) => `${point.host} ${point.interface}`;

const isDrained = ({ captured, received, dropped }: Counts) => captured + dropped >= received;

function listen(host: LabHost, port: string, file: string): Promise<LabProcess> {
  const args = ['-i', port, '-p', '-n', '-s', '0', '-U', '--immediate-mode', '-Z', 'root'];
  return host.start(`tcpdump-${port}`, 'tcpdump', [...args, '-B', `${BUFFER_KIB}`, '-w', file], {
    ready: /^tcpdump: listening on /m,
  });
}

const COUNTS_ON_REQUEST =
  /^tcpdump: (\d+) packets? captured, (\d+) packets? received by filter, (\d+) packets? dropped by kernel/gm;

const COUNTS_AT_END =
  /^(\d+) packets? captured\n(\d+) packets? received by filter\n(\d+) packets? dropped by kernel/gm;

function readCounts(output: string, pattern: RegExp): Counts[] {
  return [...output.matchAll(pattern)].map(([, captured, received, dropped]) => ({
    captured: Number(captured),
    received: Number(received),
    dropped: Number(dropped),
  }));
}

async function countsNow(capture: Running): Promise<Counts> {
  const { tcpdump } = capture;
  const before = readCounts(await tcpdump.output(), COUNTS_ON_REQUEST).length;
  tcpdump.signal('SIGUSR1');
  const counts = await until(
    async () => {
      if (!tcpdump.alive) throw await diedError(capture);
      return readCounts(await tcpdump.output(), COUNTS_ON_REQUEST)[before];
    },
    { limitMs: 10_000 },
  );
  if (counts === undefined) {
    throw new LabError(
      `tcpdump on ${nameOf(capture)} did not answer SIGUSR1 with its counts in 10 s; see ${tcpdump.logFile}.`,
    );
  }
  return counts;
}

async function finish(capture: Running): Promise<CaptureFile> {
  const { tcpdump, host, interface: port, file } = capture;
  if (!tcpdump.alive) throw await diedError(capture);
  tcpdump.signal('SIGINT');
  await tcpdump.exited;
  const counts = readCounts(await tcpdump.output(), COUNTS_AT_END).at(-1);
  if (counts === undefined) throw await diedError(capture);
  return { host, interface: port, file, captured: counts.captured, droppedByKernel: counts.dropped };
}

async function diedError(capture: Running): Promise<LabError> {
  const { tcpdump } = capture;
  return new LabError(
    `tcpdump on ${nameOf(capture)} ended ${describeExit(await tcpdump.exited)} without its counts, so nobody can ` +
      `tell what ${capture.file} lacks. What it said is in ${tcpdump.logFile}:\n${(await tcpdump.output()).trim()}`,
  );
}
