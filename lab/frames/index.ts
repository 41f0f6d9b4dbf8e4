/**
 * Frames and packets, built and read byte by byte and from the RFCs alone: nothing of the director's own wire code is
 * used, so that a mistake there cannot agree with itself.
 */
export * from './address.ts';
export * from './arp.ts';
export * from './bytes.ts';
export * from './checksum.ts';
export * from './ethernet.ts';
export * from './icmp.ts';
export * from './ipv4.ts';
export * from './protocol.ts';
export * from './recognise.ts';
export * from './sctp.ts';
export * from './tcp.ts';
export * from './tcp-flags.ts';
export * from './udp.ts';
