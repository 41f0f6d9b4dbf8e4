/** What lies where in the maps that the programs and the director share. Sizes and offsets in bytes. */

/**
 * Flows that the kernel remembers at first, and at most; the two directions of a connection by NAT are two. A table takes 128
 * bytes for each from the beginning, so there is one for many only where there are many.
 */
export const FIRST_MAX_FLOWS = 1 << 16;
export const MAX_FLOWS = 1 << 21;

/** What a flow is found by: the packet's own fields, as they stand in it. */
export const KEY = { source: 0, destination: 4, ports: 8, protocol: 12 } as const;
export const KEY_BYTES = 16;

/** What becomes of a flow's packets. What comes before `epoch` is all that rewriting needs. */
export const FLOW = {
  /** Addresses and ports that the packet leaves with, as they stand in it. Through a tunnel: the outer header's addresses. */
  source: 0,
  destination: 4,
  ports: 8,
  /** Sum to be added to the IP header's inverted checksum (RFC 1624). */
  ipDelta: 12,
  /** The same for the transport's, in two parts: what a checksum that is not complete yet must be told of, and what not. */
  addressDelta: 14,
  portDelta: 16,
  /** One of `KIND`. */
  kind: 18,
  /** Largest packet that may leave as it is, before it is wrapped. */
  mtuBytes: 20,
  /** Number in the map of ways. */
  way: 22,
  /** It holds as long as the director's epoch is this one. */
  epoch: 24,
  /** Where its packets come in: the interface, and the address that frames there carry. */
  inputPort: 28,
  inputMac: 32,
  /** Number in the map of counters. */
  counter: 38,
  /** When its last packet came, in nanoseconds of the monotonic clock. */
  lastSeen: 40,
} as const;
export const FLOW_BYTES = 48;

/**
 * The table of flows: after a page with its seed, buckets of a line of memory each for the tags, 32 bits of the key's hash and
 * 0 where there is none, and for the flows themselves. So a packet's flow is found with two lines of memory.
 */
export const TABLE = { seed: 0, buckets: 4096 } as const;
export const BUCKET_SHIFT = 10;
export const SLOT_BYTES = KEY_BYTES + FLOW_BYTES;
export const SLOTS = (1 << BUCKET_SHIFT) / SLOT_BYTES - 1;
/** About half of the slots: then so many meet in one bucket of a thousand that one finds no place there. */
export const FLOWS_A_BUCKET = 8;

/** The epoch of a flow that the programs have let go of; and the director's, where no flow is to be taken, whatever its own. */
export const NEVER = 0;
export const CLOSED = -1;

/** How packets are changed. */
export const KIND = { asIs: 0, rewritten: 1, tunnelled: 2 } as const;

/** The interface and the station that frames go to. A way without an interface leads nowhere at present. */
export const WAY = { port: 0, destinationMac: 4, sourceMac: 10, lastUsed: 16 } as const;
/** By a power of two, so that a number becomes an offset by shifting. */
export const WAY_SHIFT = 5;
export const MAX_WAYS = 1 << 14;
/** Within so much time a way's use is noted once, in nanoseconds. */
export const WAY_USE_NS = 250_000_000;

/** Packets and bytes, for each processor by itself. */
export const COUNTER = { packets: 0, bytes: 8 } as const;
export const COUNTER_SHIFT = 4;
export const MAX_COUNTERS = 1 << 13;

/** What the first of two programs at a port has decided for the second one, for each processor: all that rewriting needs. */
export const DECISION = {
  /** 1: the packet is the fast path's. */
  isTaken: 0,
  totalBytes: 4,
  /** The packet's own, so that no other one is taken for it. */
  key: 8,
  /** The beginning of the flow, and of the way. */
  flow: 24,
  way: 48,
} as const;
export const DECISION_FLOW_BYTES = FLOW.epoch;
export const DECISION_WAY_BYTES = WAY.lastUsed;
export const DECISION_SHIFT = 6;

/** What is the same for all packets, and what another director must know that goes on in this one's place. */
export const BOARD = {
  epoch: 0,
  /** When the maps were made, on the director's clock: what they have counted is told from what others had by that. */
  madeAtMs: 8,
  /** The servers whose counters those of the map are, in order, as the director numbers them, plus 1; 0 for none. */
  servers: 16,
} as const;
/** Counters of a server: one for each side. */
export const COUNTERS_OF_SERVER = 2;
export const BOARD_BYTES = BOARD.servers + 4 * (MAX_COUNTERS / COUNTERS_OF_SERVER);
