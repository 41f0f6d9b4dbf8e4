/** What became of a packet that a client or a server sent, as seen at the ends of the network. */
import {
  ACK,
  get16,
  ICMP,
  IPIP,
  type Ipv4,
  ipv4Of,
  RST,
  readEthernet,
  readIpv4,
  UDP,
} from '../../lab/frames/index.ts';
import { addressOf, CLIENT_PORT, SERVER_PORT } from './network.ts';

export type DeliveryOutcome =
  /** A real server received it. */
  | { readonly to: 'server'; readonly address: string; readonly port: number }
  /** The client received it, from this source. */
  | { readonly to: 'client'; readonly address: string; readonly port: number }
  /** The client was told that the packet cannot be delivered: `icmp 3/3`, `tcp R`. */
  | { readonly to: 'refused'; readonly answer: string }
  | { readonly to: 'nobody' };

export const NOT_DELIVERED: DeliveryOutcome = { to: 'nobody' };

const TCP_FLAGS_AT = 13;

/** Of a frame that the director has sent. Nobody receives a packet with a wrong header checksum. */
export function outcomeOf(port: number, frame: Uint8Array): DeliveryOutcome {
  const { destination: station, payload } = readEthernet(frame);
  const ip = ipv4Of(payload);
  if (ip === undefined) return NOT_DELIVERED;
  if (port === CLIENT_PORT) {
    if (ip.protocol === ICMP) return { to: 'refused', answer: `icmp ${ip.payload[0]}/${ip.payload[1]}` };
    return { to: 'client', address: ip.source, port: sourcePort(ip) };
  }
  if (port !== SERVER_PORT) return NOT_DELIVERED;
  if (ip.protocol === IPIP) {
    const inner = ipv4Of(ip.payload);
    return inner === undefined
      ? NOT_DELIVERED
      : { to: 'server', address: ip.destination, port: destinationPort(inner) };
  }
  // Under DR the packet is still addressed to the VIP: the server is the station that receives the frame.
  return { to: 'server', address: addressOf(station), port: destinationPort(ip) };
}

/** Of a frame that the director leaves to its machine's own stack, where no socket listens. */
export function stackOutcome(frame: Uint8Array, toLocal: boolean): DeliveryOutcome {
  const ip = readIpv4(readEthernet(frame).payload);
  if (!toLocal) return { to: 'client', address: ip.source, port: sourcePort(ip) };
  if (ip.protocol === UDP) return { to: 'refused', answer: 'icmp 3/3' };
  const flags = ip.payload[TCP_FLAGS_AT] as number;
  if (flags & RST) return NOT_DELIVERED;
  // RFC 9293 §3.10.7.1: a segment without ACK is answered with a RST that acknowledges it.
  return { to: 'refused', answer: flags & ACK ? 'tcp R' : 'tcp RA' };
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

function sourcePort({ payload }: Ipv4): number {
  return get16(payload, 0);
}

function destinationPort({ payload }: Ipv4): number {
  return get16(payload, 2);
}
