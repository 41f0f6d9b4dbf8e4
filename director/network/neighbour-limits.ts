/** How large the neighbour table may grow (net.ipv4.neigh.default.gc_thresh1 to 3). Permanent entries do not count. */
export interface NeighbourLimits {
  /** With fewer than so many, none is forgotten. */
  readonly keptEntries: number;
  /** From so many on, room is made for more, though at most every five seconds. */
  readonly softEntries: number;
  /** There are never more. */
  readonly mostEntries: number;
}

/** The kernel's defaults. */
export const NEIGHBOUR_LIMITS: NeighbourLimits = { keptEntries: 128, softEntries: 512, mostEntries: 1024 };
