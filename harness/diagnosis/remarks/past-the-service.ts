/** Traffic that looks like that of a service and is not: health checks, and other ports of the VIP. */
import { formatEndpoint } from '../../../lab/captures/format.ts';
import { TCP, UDP } from '../../../lab/frames/index.ts';
import { counted } from '../../../statistics/number-text.ts';
import { hostsOf, packetsOf } from '../site.ts';
import { isOpening } from '../view/flow.ts';
import { either } from '../view/sentences.ts';
import type { SiteView } from '../view/site-view.ts';

export function pastTheServiceRemarks(view: SiteView): string[] {
  return [...directAccess(view), ...otherPorts(view)];
}

function directAccess({ directFlows }: SiteView): string[] {
  if (directFlows.length === 0) return [];
  return [
    `${counted(directFlows.length, 'connection')} with a real server came from a host by itself, not through a virtual service: health checks, or clients whose address the director replaces (masquerading). They were not judged.`,
  ];
}

function otherPorts({ site }: SiteView): string[] {
  const asked = new Map<string, number>();
  const seen = new Set<string>();
  for (const host of hostsOf(site)) {
    for (const packet of packetsOf(host)) {
      const { ip, inner } = packet;
      if (ip === undefined || inner !== undefined || !ip.hasPorts || ip.destination !== site.vip) continue;
      if (ip.protocol !== UDP && !(ip.protocol === TCP && isOpening(packet))) continue;
      const isServed = site.services.some(
        ({ protocol, virtualPort }) =>
          protocol === ip.protocol && (virtualPort === 0 || virtualPort === ip.destinationPort),
      );
      const flow = `${ip.source} ${ip.sourcePort} ${ip.destinationPort}`;
      if (isServed || seen.has(flow)) continue;
      seen.add(flow);
      const end = `${ip.protocol === TCP ? 'TCP' : 'UDP'} ${formatEndpoint(ip.destination, ip.destinationPort)}`;
      asked.set(end, (asked.get(end) ?? 0) + 1);
    }
  }
  if (asked.size === 0) return [];
  const most = [...asked].sort(([, a], [, b]) => b - a).slice(0, 3);
  return [
    `Clients also asked for ${either(most.map(([end]) => end))}, for which the rules have no virtual service.`,
  ];
}
