/** What became of a packet, as somebody at the ends of the network sees it. */
import {
  destinationMacAt,
  destinationPort,
  ETHERNET_HEADER_BYTES,
  formatIpv4,
  icmpCode,
  icmpType,
  ipDestination,
  ipHeaderBytes,
  ipProtocol,
  ipSource,
  PROTOCOL,
  sourcePort,
  TCP_FLAG,
  tcpFlags,
} from '../../director/index.ts';

import { addressOf, CLIENT_PORT, SERVER_PORT } from './network.ts';

export type DeliveryOutcome =
  /** A real server received it. */
  | { readonly to: 'server'; readonly address: string; readonly port: number }
  /** The client received it, from this source. */
  | { readonly to: 'client'; readonly address: string; readonly port: number }
  /** The client was told that it cannot be: `icmp 3/3`, `tcp R`. */
  | { readonly to: 'refused'; readonly answer: string }
  | { readonly to: 'nobody' };

export const NOT_DELIVERED: DeliveryOutcome = { to: 'nobody' };

/** Reads one frame that the director has sent. */
export function outcomeOf(port: number, frame: Uint8Array): DeliveryOutcome {
  const outer = ETHERNET_HEADER_BYTES;
  const protocol = ipProtocol(frame, outer);
  const l4 = outer + ipHeaderBytes(frame, outer);
  if (port === CLIENT_PORT) {
    if (protocol === PROTOCOL.icmp) {
      return { to: 'refused', answer: `icmp ${icmpType(frame, l4)}/${icmpCode(frame, l4)}` };
    }
    return { to: 'client', address: formatIpv4(ipSource(frame, outer)), port: sourcePort(frame, l4) };
  }
  if (port !== SERVER_PORT) return NOT_DELIVERED;
  if (protocol === PROTOCOL.ipip) {
    const inner = l4 + ipHeaderBytes(frame, l4);
    return {
      to: 'server',
      address: formatIpv4(ipDestination(frame, outer)),
      port: destinationPort(frame, inner),
    };
  }
  // Under DR the packet still says VIP: the station that gets the frame is the server. Under NAT both say the same.
  const station = addressOf(frame.subarray(destinationMacAt(0), destinationMacAt(0) + 6));
  return { to: 'server', address: formatIpv4(station), port: destinationPort(frame, l4) };
}

/** What the machine's own stack does with a packet that the director leaves to it; nobody listens there. */
export function stackOutcome(frame: Uint8Array, toLocal: boolean): DeliveryOutcome {
  const ip = ETHERNET_HEADER_BYTES;
  const l4 = ip + ipHeaderBytes(frame, ip);
  if (!toLocal) {
    return { to: 'client', address: formatIpv4(ipSource(frame, ip)), port: sourcePort(frame, l4) };
  }
  if (ipProtocol(frame, ip) === PROTOCOL.udp) return { to: 'refused', answer: 'icmp 3/3' };
  const flags = tcpFlags(frame, l4);
  if (flags & TCP_FLAG.rst) return NOT_DELIVERED;
  // RFC 9293 §3.10.7.1: what acknowledges nothing is answered with a RST that does.
  return { to: 'refused', answer: flags & TCP_FLAG.ack ? 'tcp R' : 'tcp RA' };
}

export function describeOutcome(outcome: DeliveryOutcome): string {
  switch (outcome.to) {
    case 'server':
      return `the server ${outcome.address}:${outcome.port}`;
    case 'client':
      return `the client, from ${outcome.address}:${outcome.port}`;
    case 'refused':
      return `nobody; the client got ${outcome.answer}`;
    case 'nobody':
      return 'nobody';
  }
}
