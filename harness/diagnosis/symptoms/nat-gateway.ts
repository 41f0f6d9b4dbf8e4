/** NAT: a real server’s replies do not go through the director. */
import { MODES } from '../../../lab/modes.ts';
import { findingAbout } from '../../../scenarios/kit/finding.ts';
import { exchangeAt, stationsBefore } from '../exchange.ts';
import { nameOf } from '../site.ts';
import { SHOWN_PACKETS, type Symptom } from './symptom.ts';

export const natGateway: Symptom = {
  id: 'nat-gateway',
  find: (site) => {
    if (!MODES[site.mode].repliesPassDirector) return [];
    return site.servers.flatMap((server) => {
      const exchange = exchangeAt(site, server);
      if (exchange === undefined || exchange.requests.length === 0) return [];
      const director = stationsBefore(exchange);
      const astray = exchange.replies.filter(({ destinationMac }) => !director.has(destinationMac));
      const hasNoWay = exchange.replies.length === 0 && server.facts?.defaultGateway === undefined;
      if (astray.length === 0 && !(hasNoWay && server.facts !== undefined)) return [];
      const gateway = site.director.dipText ?? 'DIRECTOR   # its address on the servers’ segment';
      return [
        {
          id: 'nat-gateway',
          host: server.host,
          message:
            astray.length > 0
              ? `${nameOf(server)} sends its replies past the director: the client gets them from an address that it never spoke to, and answers RST. Under NAT the real server’s gateway must be the director.`
              : `${nameOf(server)} has no default route, so its replies go nowhere. Under NAT the real server’s gateway must be the director.`,
          cure: [`ip route replace default via ${gateway}`],
          findings: astray.slice(0, SHOWN_PACKETS).map((packet) =>
            findingAbout(packet, 'This reply does not go to the director.', [
              {
                field: 'destination MAC',
                expected: [...director].join(' or '),
                seen: packet.destinationMac,
              },
            ]),
          ),
        },
      ];
    });
  },
};
