/** What the fast path's part in the kernel lasts as long as: the descriptors that another process needs to have, or to take over. */

export interface FastPathDescriptors {
  readonly flows: number;
  readonly board: number;
  readonly counters: number;
  readonly links: readonly number[];
  /** Packet sockets with a program as their filter. */
  readonly sockets: readonly number[];
}

/** Where another process has them: under these numbers of its own. */
export interface Inheritance {
  readonly pid: number;
  readonly fastPath?: FastPathDescriptors | undefined;
}

/** All of them, in an order of their own. */
export function allOf({ flows, board, counters, links, sockets }: FastPathDescriptors): number[] {
  return [flows, board, counters, ...links, ...sockets];
}

/** The same ones under other numbers. @param numbers As `allOf` gives them. */
export function renumbered(
  { links, sockets }: FastPathDescriptors,
  [flows, board, counters, ...others]: readonly number[],
): FastPathDescriptors {
  if (flows === undefined || board === undefined || counters === undefined) {
    throw new Error('too few descriptors');
  }
  return {
    flows,
    board,
    counters,
    links: others.slice(0, links.length),
    sockets: others.slice(links.length, links.length + sockets.length),
  };
}
