/** What lies where in the maps that the programs and the director share. Sizes and offsets in bytes. */

/**
 * Flows that the kernel remembers at first, and at most; the two directions of a connection by NAT are two. A table takes 128
 * bytes for each from the beginning, so there is one for many only where there are many.
 */
export const FIRST_MAX_FLOWS = 1 << 16;
export const MAX_FLOWS = 1 << 21;

/**
 * What a flow is found by: the packet's own fields, as they stand in it. They are compared eight bytes at a time. No flow has
 * protocol 0, which marks an empty slot.
 */
export const KEY = { source: 0, destination: 4, ports: 8, protocol: 12 } as const;
export const KEY_BYTES = 16;

/** What is a flow's alone; what becomes of its packets it shares with others (`COURSE`). */
export const FLOW = {
  /** It holds as long as the director's epoch is this one. */
  epoch: 0,
  /** Number in the map of courses. */
  course: 4,
  /** When its last packet came, in nanoseconds of the monotonic clock. */
  lastSeen: 8,
} as const;
export const FLOW_BYTES = 16;

/**
 * The table of flows: after a page with the numbers that its hash depends on, a bit for each group of lines, in words of 32,
 * and then the lines of memory with two slots each. A flow is in the line that its hash names, or where that is full in
 * another one of the group; so the packets of most flows take one line of memory. The bit says whether the group has a flow:
 * bits are few enough to stay in the cache, so a packet that has none takes no more than that.
 */
export const TABLE = { seeds: 0, groups: 4096, lines: 4096 + (MAX_FLOWS >> 4) } as const;
export const SEEDS = 4;
export const SLOT_BYTES = KEY_BYTES + FLOW_BYTES;
export const LINE_SHIFT = 6;
export const SLOTS_OF_A_LINE = (1 << LINE_SHIFT) / SLOT_BYTES;
/** Few: a program that looks at each slot of a group takes the kernel long to verify, and no packet passes meanwhile. */
export const LINES_OF_A_GROUP = 4;
export const SLOTS_OF_A_GROUP = LINES_OF_A_GROUP * SLOTS_OF_A_LINE;
/** So the number of a line becomes that of its group, and this one that of the group's word. */
export const GROUP_SHIFT = 2;
export const GROUPS_OF_A_WORD_SHIFT = 5;
/** A quarter of the slots: then hardly a flow in five thousand finds no place in its group. */
export const FLOWS_A_LINE = 1 / 2;

/** What becomes of the packets of all flows that have one server, one way and one port of entry in common. */
export const COURSE = {
  /** What stands in the packet instead of the server's address or the service's. Through a tunnel: where the outer header leads. */
  address: 0,
  /** Of the outer header, through a tunnel. */
  source: 4,
  port: 8,
  /** Sum to be added to the IP header's inverted checksum (RFC 1624). */
  ipDelta: 10,
  /** The same for the transport's, in two parts: what a checksum that is not complete yet must be told of, and what not. */
  addressDelta: 12,
  portDelta: 14,
  /** One of `KIND`. */
  kind: 16,
  /** Largest packet that may leave as it is, before it is wrapped. */
  mtuBytes: 18,
  /** Number in the map of ways. */
  way: 20,
  /** Number in the map of counters. */
  counter: 22,
  /** Where its packets come in: the interface, and the address that frames there carry. */
  inputPort: 24,
  inputMac: 28,
} as const;
/** By a power of two, so that a number becomes an offset by shifting. */
export const COURSE_SHIFT = 6;
export const MAX_COURSES = 1 << 16;

/** The epoch of a flow that the programs have let go of; and the director's, where no flow is to be taken, whatever its own. */
export const NEVER = 0;
export const CLOSED = -1;
/** The epoch of a flow that is to be the programs' unless a packet of it comes before: they let go of it then. */
export const READY = -2;

/** How packets are changed: not at all, by NAT on the way to the server or back, or with a header in front. */
export const KIND = { asIs: 0, toServer: 1, fromServer: 2, tunnelled: 3 } as const;

/** The interface and the station that frames go to. A way without an interface leads nowhere at present. */
export const WAY = { port: 0, destinationMac: 4, sourceMac: 10, lastUsed: 16 } as const;
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
  /** The beginning of the course, and of the way. */
  course: 24,
  way: 48,
} as const;
export const DECISION_COURSE_BYTES = COURSE.inputPort;
export const DECISION_WAY_BYTES = WAY.lastUsed;
export const DECISION_SHIFT = 6;

/** What is the same for all packets, and what another director must know that goes on in this one's place. */
export const BOARD = {
  epoch: 0,
  /** When the maps were made, on the director's clock: what they have counted is told from what others had by that. */
  madeAtMs: 8,
  /** The monotonic clock in nanoseconds, and the tick of the kernel's that it was read in: once a tick is enough. */
  tick: 16,
  clock: 24,
  /** The next identification, an odd one: even ones are the core's. */
  identification: 32,
  /** The servers whose counters those of the map are, in order, as the director numbers them, plus 1; 0 for none. */
  servers: 40,
} as const;
/** Counters of a server: one for each side. */
export const COUNTERS_OF_SERVER = 2;
export const BOARD_BYTES = BOARD.servers + 4 * (MAX_COUNTERS / COUNTERS_OF_SERVER);
