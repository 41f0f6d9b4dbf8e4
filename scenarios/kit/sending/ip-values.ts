/** IP options, and what else of an IP header a case may want to vary. */

/** Three options that ask nothing of a router: padding, router alert, and an unknown one. */
export const NO_OPERATION = [1, 1, 1, 1];
export const ROUTER_ALERT = [0x94, 4, 0, 0];
export const UNKNOWN_OPTION = [0x1e, 4, 0xab, 0xcd];
export const END_OF_LIST = [1, 0, 0, 0];
/** The largest header there can be has 60 bytes. */
export const FORTY_BYTES = Array<number>(40).fill(1);

/** TTLs about powers of two, with which sums carry; 2 has one hop left. */
export const TTLS = [2, 3, 64, 65, 128, 129, 254, 255];
export const IDENTIFICATIONS = [0, 1, 255, 256, 0x1234, 0xfffe, 0xffff];
/** All four congestion marks, classes of service, and everything at once. */
export const TOS_VALUES = [0, 1, 2, 3, 0x10, 0x1e, 0x2e, 0xb8, 0xbb, 0xff];
