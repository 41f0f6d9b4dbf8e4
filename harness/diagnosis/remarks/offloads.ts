/** Packets that were captured before a network card finished them, or after it merged them. */
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { counted } from '../../../statistics/number-text.ts';
import { hostsOf, packetsOf, type SiteHost } from '../site.ts';
import { hasPartialChecksum, isMerged } from '../view/offloaded.ts';
import type { SiteView } from '../view/site-view.ts';

export function offloadRemarks({ site }: SiteView): string[] {
  if (site.capturedAt === 'link') return [];
  const partial = countedAt(hostsOf(site), hasPartialChecksum);
  const merged = countedAt(hostsOf(site), isLargerThanMtu);
  return [
    partial.total > 0
      ? `Checksums of ${counted(partial.total, 'packet')} at ${partial.hosts} were not judged: their senders leave them to hardware (checksum offload), and captures on the hosts, or on a virtual network, show them unfinished.`
      : '',
    merged.total > 0
      ? `${counted(merged.total, 'frame')} at ${merged.hosts} ${merged.total === 1 ? 'is' : 'are'} larger than the link’s MTU: segments that offload (TSO, GRO) merges on the host, and the wire carries one by one.`
      : '',
  ].filter((text) => text !== '');
}

function countedAt(hosts: readonly SiteHost[], isMeant: (packet: DecodedPacket, host: SiteHost) => boolean) {
  const counts = hosts
    .map((host) => ({
      host: host.host,
      count: packetsOf(host).filter((packet) => isMeant(packet, host)).length,
    }))
    .filter(({ count }) => count > 0);
  return {
    total: counts.reduce((sum, { count }) => sum + count, 0),
    hosts: counts.map(({ host }) => host).join(', '),
  };
}

const ETHERNET_HEADER_BYTES = 14;

function isLargerThanMtu(packet: DecodedPacket, { facts }: SiteHost): boolean {
  const mtus = [...(facts?.interfaces.values() ?? [])].flatMap(({ linkType, mtu }) =>
    linkType === 'ether' ? (mtu ?? []) : [],
  );
  return mtus.length > 0 ? packet.bytes.length > Math.max(...mtus) + ETHERNET_HEADER_BYTES : isMerged(packet);
}
