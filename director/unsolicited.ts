import type { Packet } from './packet.ts';
import { METHOD } from './services/forwarding-method.ts';
import type { ServiceTable } from './services/service-table.ts';
import { PROTOCOL } from './wire/ipv4.ts';
import { SCTP_CHUNK, SCTP_CHUNK_HEADER_BYTES, SCTP_HEADER_BYTES, sctpChunkType } from './wire/sctp.ts';
import { TCP_FLAG, TCP_MIN_HEADER_BYTES, tcpFlags } from './wire/tcp.ts';
import { UDP_HEADER_BYTES } from './wire/udp.ts';

/** False for what ends a conversation (RST, ABORT), and for protocols without ports. */
export function opensConversation({ bytes, protocol, l4, l4Bytes }: Packet): boolean {
  if (protocol === PROTOCOL.tcp) {
    return l4Bytes >= TCP_MIN_HEADER_BYTES && (tcpFlags(bytes, l4) & TCP_FLAG.rst) === 0;
  }
  if (protocol === PROTOCOL.sctp) {
    const hasChunk = l4Bytes >= SCTP_HEADER_BYTES + SCTP_CHUNK_HEADER_BYTES;
    return hasChunk && sctpChunkType(bytes, l4 + SCTP_HEADER_BYTES) !== SCTP_CHUNK.abort;
  }
  return protocol === PROTOCOL.udp && l4Bytes >= UDP_HEADER_BYTES;
}

/** True if a packet comes from an endpoint that a service forwards to by NAT. */
export function isNatServer(services: ServiceTable, { protocol, source, sourcePort }: Packet): boolean {
  for (const service of services.all()) {
    if (service.protocol !== protocol && service.mark === 0) continue;
    for (const { method, address, port } of service.destinations) {
      if (method === METHOD.masquerade && address === source && port === sourcePort) return true;
    }
  }
  return false;
}
