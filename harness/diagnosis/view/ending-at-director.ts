/** NAT: replies that reach the director, none of which leaves it, although the captures would show it. */
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import type { SiteView } from './site-view.ts';

/** Empty where replies get through, or where the captures do not show the side on which they would leave. */
export function endingAtDirector(view: SiteView): DecodedPacket[] {
  const { director } = view.site;
  const legs = view.flows
    .filter((flow) => !view.hasProgress(flow))
    .flatMap((flow) => flow.legs.get(director.host) ?? [])
    .filter(({ returned }) => returned.length > 0);
  const ofServers = new Set(view.site.servers.map(({ rip }) => rip));
  const showsClientsSide = legs.filter(({ asked }) => asked.length > 0);
  if (showsClientsSide.some(({ answered }) => answered.length > 0)) return [];
  return showsClientsSide.flatMap(({ returned }) =>
    returned.filter((packet) => ofServers.has(packet.ip?.source ?? 0) && isForDirector(view, packet)),
  );
}

/** On a switch that floods, the director also sees replies that are addressed to somebody else. */
function isForDirector({ stations }: SiteView, { destinationMac, seen }: DecodedPacket): boolean {
  if (seen?.direction !== undefined) return seen.direction === 'in';
  return stations.ofDirector.size === 0 || stations.ofDirector.has(destinationMac);
}
