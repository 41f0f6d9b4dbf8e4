/** ICMP errors about packets of a site’s flows. */
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { get16, get32, headerBytesOf, UNREACHABLE } from '../../../lab/frames/index.ts';
import { hostsOf, packetsOf, type Site } from '../site.ts';

export interface IcmpError {
  readonly host: string;
  readonly packet: DecodedPacket;
  /** Who sent it, as a signed 32-bit integer. */
  readonly from: number;
  readonly code: number;
  /** For “fragmentation needed”. */
  readonly mtu: number;
  readonly about: {
    readonly source: number;
    readonly destination: number;
    readonly protocol: number;
    /** 0 where the quotation ends before them. */
    readonly sourcePort: number;
    readonly destinationPort: number;
  };
}

const IPV4_MIN_BYTES = 20;

/** Every “destination unreachable” in a site’s captures. */
export function unreachablesIn(site: Site): IcmpError[] {
  return hostsOf(site).flatMap((host) =>
    packetsOf(host).flatMap((packet) => errorIn(host.host, packet) ?? []),
  );
}

function errorIn(host: string, packet: DecodedPacket): IcmpError | undefined {
  const { ip } = packet;
  if (ip?.icmpType !== UNREACHABLE) return undefined;
  const quote = ip.icmpQuote;
  if (quote.length < IPV4_MIN_BYTES) return undefined;
  const l4 = headerBytesOf(quote);
  const hasPorts = quote.length >= l4 + 4;
  return {
    host,
    packet,
    from: ip.source,
    code: ip.icmpCode ?? 0,
    mtu: ip.icmpMtu,
    about: {
      source: get32(quote, 12) | 0,
      destination: get32(quote, 16) | 0,
      protocol: quote[9] as number,
      sourcePort: hasPorts ? get16(quote, l4) : 0,
      destinationPort: hasPorts ? get16(quote, l4 + 2) : 0,
    },
  };
}
