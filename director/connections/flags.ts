/** Bits of a connection's `flags` column, as in the kernel. */

/** The forwarding method, a value of `METHOD`. */
export const METHOD_MASK = 0x7;
/** No packet of the server has been seen: every method but NAT. Chooses the input-only state table. */
export const NO_OUTPUT = 0x80;
/** Counted among its server's inactive connections. */
export const INACTIVE = 0x100;
/** A persistence template, not a connection. */
export const TEMPLATE = 0x1000;
/** Scheduled for one datagram alone: never found by another packet, gone once it has been forwarded. */
export const ONE_PACKET = 0x2000;
