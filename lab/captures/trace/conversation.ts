/** The conversation that a packet belongs to: one protocol, client’s address and port; replies and ICMP errors included. */
import { get16, get32, headerBytesOf, IPIP, isIcmpError, SCTP, TCP, UDP } from '../../frames/index.ts';
import type { Topology } from '../../index.ts';
import type { DecodedPacket } from '../decoded-packet.ts';
import { addressOf } from '../format.ts';

interface End {
  readonly protocol: number;
  readonly address: number;
  /** 0 where the packet names none: a fragment, an echo. */
  readonly port: number;
}

/** Whether packets belong to the same conversation as this one; undefined where none of its addresses is a client's. */
export function conversationOf(
  topology: Topology,
  packet: DecodedPacket,
): ((other: DecodedPacket) => boolean) | undefined {
  const own = ownAddresses(topology);
  const clientOf = (one: DecodedPacket) => endsOf(one).find(({ address }) => !own.has(address));
  const client = clientOf(packet);
  if (client === undefined) return undefined;
  return (other) =>
    endsOf(other).some(
      ({ protocol, address, port }) =>
        protocol === client.protocol &&
        address === client.address &&
        (port === client.port || port === 0 || client.port === 0),
    );
}

/** All addresses of the network that are not a client’s. */
function ownAddresses({ hosts, vip }: Topology): Set<number> {
  const texts = hosts
    .filter(({ role }) => role !== 'client')
    .flatMap(({ interfaces, loopback }) => [...interfaces.flatMap(({ addresses }) => addresses), ...loopback])
    .map((prefix) => prefix.split('/')[0] as string);
  return new Set([vip, ...texts].map(addressOf));
}

/** Of an ICMP error, those of the packet that it is about. */
function endsOf({ payload }: DecodedPacket): End[] {
  if (payload === undefined) return [];
  if (payload.isIcmp && isIcmpError(payload.icmpType ?? 0)) return quotedEnds(payload.icmpQuote);
  const { protocol, source, sourcePort, destination, destinationPort } = payload;
  return [
    { protocol, address: source, port: sourcePort },
    { protocol, address: destination, port: destinationPort },
  ];
}

const IPV4_MIN_BYTES = 20;
const PORTS_BYTES = 4;

/** A quoted packet is cut, so it is read as far as it goes. */
function quotedEnds(quote: Uint8Array): End[] {
  if (quote.length < IPV4_MIN_BYTES) return [];
  const l4 = headerBytesOf(quote);
  const protocol = quote[9] as number;
  if (protocol === IPIP) return quotedEnds(quote.subarray(l4));
  const hasPorts = [TCP, UDP, SCTP].includes(protocol) && quote.length >= l4 + PORTS_BYTES;
  return [
    { protocol, address: get32(quote, 12) | 0, port: hasPorts ? get16(quote, l4) : 0 },
    { protocol, address: get32(quote, 16) | 0, port: hasPorts ? get16(quote, l4 + 2) : 0 },
  ];
}
