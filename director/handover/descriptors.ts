/** What a director has open that another one goes on with, in its place: descriptors, by the numbers of one process. */
import type { Share } from '../../native/packet-filter.ts';

/** A packet socket with its ring, in which frames wait while no director looks at them. */
export interface RingDescriptor {
  readonly fd: number;
  readonly interfaceIndex: number;
  readonly linkHeaderBytes: number;
  readonly share: Share;
  readonly slotBytes: number;
  readonly slots: number;
}

/** What the fast path's part in the kernel lasts as long as, beside the sockets. */
export interface FastPathDescriptors {
  readonly flows: number;
  readonly board: number;
  readonly counters: number;
  readonly links: readonly number[];
}

export interface Descriptors {
  readonly rings: readonly RingDescriptor[];
  readonly fastPath?: FastPathDescriptors | undefined;
}

/** Where another process has them: under these numbers of its own. */
export interface Inheritance {
  readonly pid: number;
  /** One of another version may not say. */
  readonly descriptors?: Descriptors | undefined;
}

/** All of them, in an order of their own. */
export function allOf({ rings, fastPath }: Descriptors): number[] {
  const { flows, board, counters, links } = fastPath ?? NO_FAST_PATH;
  return [flows, board, counters, ...links, ...rings.map(({ fd }) => fd)].filter((fd) => fd !== undefined);
}

const NO_FAST_PATH = { flows: undefined, board: undefined, counters: undefined, links: [] };

/** The same ones under other numbers. @param numbers As `allOf` gives them. */
export function renumbered({ rings, fastPath }: Descriptors, numbers: readonly number[]): Descriptors {
  const left = [...numbers];
  const next = () => {
    const fd = left.shift();
    if (fd === undefined) throw new Error('too few descriptors');
    return fd;
  };
  return {
    fastPath: fastPath && {
      flows: next(),
      board: next(),
      counters: next(),
      links: fastPath.links.map(next),
    },
    rings: rings.map((ring) => ({ ...ring, fd: next() })),
  };
}
