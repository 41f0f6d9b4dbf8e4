import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../error.ts';
import type { LabHost } from './host.ts';
import { type Counts, Tcpdump } from './tcpdump.ts';
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

/**
 * The wire counts as quiet when no capture got a packet for this long: longer than the 40 ms by which Linux may put
 * off the last acknowledgement of a connection (TCP_DELACK_MIN).
 */
const QUIET_MS = 100;

/** How long to wait for quiet. Traffic that goes on and on is cut at this point. */
const SETTLE_LIMIT_MS = 3_000;

interface Running extends CapturePoint {
  readonly file: string;
  readonly tcpdump: Tcpdump;
}

/** Captures that are listening. */
export class Captures implements AsyncDisposable {
  /** Rejects when a tcpdump ends by itself: what follows is not captured. Does not settle otherwise. */
  readonly failed: Promise<never>;
  readonly #running: readonly Running[];
  #stopped: Promise<readonly CaptureFile[]> | undefined;

  private constructor(running: readonly Running[]) {
    this.#running = running;
    this.failed = Promise.race(running.map(({ tcpdump }) => tcpdump.failed));
    this.failed.catch(() => undefined);
  }

  /** Resolves when every tcpdump listens. If one cannot, the others are ended. */
  static async start(
    points: readonly CapturePoint[],
    directory: string,
    hostOf: (name: string) => LabHost,
  ): Promise<Captures> {
    await mkdir(directory, { recursive: true });
    const starts = await Promise.allSettled(
      points.map(async (point) => {
        const file = join(directory, `${point.host}-${point.interface}.pcap`);
        return { ...point, file, tcpdump: await Tcpdump.listen(hostOf(point.host), point.interface, file) };
      }),
    );
    const running = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
    const failed = starts.find((start) => start.status === 'rejected');
    if (failed) {
      await Promise.all(running.map(({ tcpdump }) => tcpdump.abandon()));
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
  stop(): Promise<readonly CaptureFile[]> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#stopped) return;
    await Promise.all(this.#running.map(({ tcpdump }) => tcpdump.abandon()));
  }

  async #stop(): Promise<readonly CaptureFile[]> {
    await this.#drain();
    return Promise.all(
      this.#running.map(async ({ host, interface: port, file, tcpdump }) => {
        const { captured, dropped } = await tcpdump.finish();
        return { host, interface: port, file, captured, droppedByKernel: dropped };
      }),
    );
  }

  /**
   * A signal makes tcpdump leave whatever is still in the kernel's buffer, so it must not come before the buffer is
   * empty: when tcpdump has written what the kernel's tap counts, less what was dropped. Empty and unchanged for a
   * while on all captures means that nothing is on its way between two hosts either.
   */
  async #drain(): Promise<void> {
    const countAll = () => Promise.all(this.#running.map(({ tcpdump }) => tcpdump.counts()));
    const atStop = await countAll();
    let last = atStop;
    let quietSince = performance.now();
    await until(
      async () => {
        const now = await countAll();
        const isQuiet = now.every(
          (counts, at) => hasWritten(counts, counts.received) && counts.received === last[at]!.received,
        );
        last = now;
        if (!isQuiet) quietSince = performance.now();
        return performance.now() - quietSince >= QUIET_MS || undefined;
      },
      { limitMs: SETTLE_LIMIT_MS, everyMs: 20 },
    );
    const behind = this.#running.find((_, at) => !hasWritten(last[at]!, atStop[at]!.received));
    if (behind) {
      throw new LabError(
        `The capture of ${behind.tcpdump.title} is more than ${SETTLE_LIMIT_MS} ms behind the wire, so its end ` +
          'would be missing. Send less, or capture on fewer interfaces.',
      );
    }
  }
}

/** Whether a capture has written the first packets that the tap saw, this many, less those dropped. */
function hasWritten({ captured, dropped }: Counts, packets: number): boolean {
  return captured + dropped >= packets;
}
