/** Whether a packet that belongs to no connection may open one, before any service is looked at. */
import type { Packet } from '../packet.ts';
import type { Settings } from '../settings.ts';
import { PROTOCOL } from '../wire/ipv4.ts';
import {
  leadingSctpChunk,
  SCTP_CHUNK,
  SCTP_CHUNK_HEADER_BYTES,
  SCTP_HEADER_BYTES,
  sctpChunkType,
} from '../wire/sctp.ts';
import { TCP_FLAG, TCP_MIN_HEADER_BYTES, tcpFlags } from '../wire/tcp.ts';
import { UDP_HEADER_BYTES } from '../wire/udp.ts';

export const ADMISSION = {
  /** It may. */
  open: 0,
  /** It may not: the local stack's. */
  pass: 1,
  /** Too short to tell. */
  drop: 2,
} as const;
export type Admission = (typeof ADMISSION)[keyof typeof ADMISSION];

export function admissionOf(packet: Packet, settings: Settings): Admission {
  switch (packet.protocol) {
    case PROTOCOL.tcp: {
      if (packet.l4Bytes < TCP_MIN_HEADER_BYTES) return ADMISSION.drop;
      const flags = tcpFlags(packet.bytes, packet.l4);
      if (flags & TCP_FLAG.rst) return ADMISSION.pass;
      return flags & TCP_FLAG.syn || settings.sloppy_tcp !== 0 ? ADMISSION.open : ADMISSION.pass;
    }
    case PROTOCOL.udp:
      return packet.l4Bytes < UDP_HEADER_BYTES ? ADMISSION.drop : ADMISSION.open;
    case PROTOCOL.sctp: {
      if (packet.l4Bytes < SCTP_HEADER_BYTES + SCTP_CHUNK_HEADER_BYTES) return ADMISSION.drop;
      const chunk = sctpChunkType(packet.bytes, packet.l4 + SCTP_HEADER_BYTES);
      if (chunk === SCTP_CHUNK.abort) return ADMISSION.pass;
      return chunk === SCTP_CHUNK.init || settings.sloppy_sctp !== 0 ? ADMISSION.open : ADMISSION.pass;
    }
    default:
      // AH and ESP follow a connection of their key exchange; they never open one.
      return ADMISSION.pass;
  }
}

/** True for a packet that begins a connection even where one with the same addresses is known: SYN or INIT. */
export function beginsAnew(packet: Packet): boolean {
  if (packet.protocol === PROTOCOL.tcp) {
    return packet.l4Bytes >= TCP_MIN_HEADER_BYTES && (tcpFlags(packet.bytes, packet.l4) & TCP_FLAG.syn) !== 0;
  }
  return (
    packet.protocol === PROTOCOL.sctp &&
    leadingSctpChunk(packet.bytes, packet.l4, packet.l4Bytes) === SCTP_CHUNK.init
  );
}
