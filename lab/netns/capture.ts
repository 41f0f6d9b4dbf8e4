/**
 * Captures of a lab's links. A link is captured at its far end, the switch's: what a host's own interface shows depends
 * on what runs there, and frames that an XDP program takes or sends are not to be seen on it at all.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { copyPackets, type FileOffset, START_OF_PACKETS } from '../captures/copy-packets.ts';
import { LabError } from '../error.ts';
import { portOf } from './blueprint.ts';
import type { LabNamespace } from './host.ts';
import { type Counts, Tcpdump } from './tcpdump.ts';
import { until } from './until.ts';

/** The link to listen on: that of a host's interface. */
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
  /** What has been cut off already: everything before `offset`. */
  cut: { readonly offset: FileOffset; readonly captured: number; readonly dropped: number };
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
    fabric: LabNamespace,
  ): Promise<Captures> {
    await mkdir(directory, { recursive: true });
    const starts = await Promise.allSettled(
      points.map(async (point): Promise<Running> => {
        const file = fileOf(point, directory);
        const far = portOf({ name: point.host }, { name: point.interface });
        const tcpdump = await Tcpdump.listen(`${point.host} ${point.interface}`, fabric, far, file);
        return { ...point, file, tcpdump, cut: { offset: START_OF_PACKETS, captured: 0, dropped: 0 } };
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
   * Copies what has passed since the start, or since the last cut, into `<directory>/<host>-<interface>.pcap`, and goes on
   * capturing. Waits as `stop` does.
   *
   * @throws LabError if a tcpdump has died; CaptureError if a file cannot be read or written.
   */
  async cut(directory: string): Promise<readonly CaptureFile[]> {
    await mkdir(directory, { recursive: true });
    const counts = await this.#drain();
    return Promise.all(
      this.#running.map(async (one, at): Promise<CaptureFile> => {
        const { captured, dropped } = counts[at]!;
        const packets = captured - one.cut.captured;
        const droppedByKernel = dropped - one.cut.dropped;
        const file = fileOf(one, directory);
        const offset = await copyPackets(one.file, one.cut.offset, packets, file);
        one.cut = { offset, captured, dropped };
        return { host: one.host, interface: one.interface, file, captured: packets, droppedByKernel };
      }),
    );
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
  async #drain(): Promise<readonly Counts[]> {
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
    return last;
  }
}

function fileOf(point: CapturePoint, directory: string): string {
  return join(directory, `${point.host}-${point.interface}.pcap`);
}

/** Whether a capture has written the first packets that the tap saw, this many, less those dropped. */
function hasWritten({ captured, dropped }: Counts, packets: number): boolean {
  return captured + dropped >= packets;
}
