/** Packets that were captured before a network card finished them, or after it merged them. */
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { counted } from '../../../statistics/number-text.ts';
import { hostsOf, packetsOf, type SiteHost } from '../site.ts';
import { hasPartialChecksum, isMerged } from '../view/offloaded.ts';
import type { SiteView } from '../view/site-view.ts';

export function offloadRemarks(view: SiteView): string[] {
  return view.site.capturedAt === 'link' ? [] : hostsOf(view.site).flatMap((host) => remarksOn(view, host));
}

function remarksOn(view: SiteView, host: SiteHost): string[] {
  const packets = packetsOf(host);
  const partial = packets.filter(hasPartialChecksum);
  const merged = packets.filter((packet) => isLargerThanMtu(packet, host));
  const own = ownMacs(view, host);
  const sent = partial.filter(({ seen, sourceMac }) => seen?.direction === 'out' || own.has(sourceMac));
  const received = partial.length - sent.length;
  return [
    sent.length > 0
      ? `Checksums of ${counted(sent.length, 'packet')} that ${host.host} sent were not judged: it leaves them to its network card (checksum offload), and the capture shows them before.`
      : '',
    received > 0
      ? `Checksums of ${counted(received, 'packet')} at ${host.host} were not judged: the sender left them to hardware, and a virtual network passes them on like that.`
      : '',
    merged.length > 0
      ? `${counted(merged.length, 'frame')} at ${host.host} ${merged.length === 1 ? 'is' : 'are'} larger than the link’s MTU: segments that offload (TSO, GRO) merges on the host, and the wire carries one by one.`
      : '',
  ].filter((text) => text !== '');
}

function ownMacs({ site, stations }: SiteView, host: SiteHost): ReadonlySet<string> {
  const server = site.servers.find((one) => one.host === host.host);
  if (server !== undefined) return stations.ofServer(server);
  return host === site.director ? stations.ofDirector : new Set();
}

const ETHERNET_HEADER_BYTES = 14;

function isLargerThanMtu(packet: DecodedPacket, { facts }: SiteHost): boolean {
  const mtus = [...(facts?.interfaces.values() ?? [])].flatMap(({ linkType, mtu }) =>
    linkType === 'ether' ? (mtu ?? []) : [],
  );
  return mtus.length > 0 ? packet.bytes.length > Math.max(...mtus) + ETHERNET_HEADER_BYTES : isMerged(packet);
}
