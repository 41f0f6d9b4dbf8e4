/** DR and TUN: a real server sends its replies to the director, which drops packets that come from its own address. */
import { MODES } from '../../../lab/modes.ts';
import { findingAbout } from '../../../scenarios/kit/finding.ts';
import { exchangeAt, macsOfDirector, replyReachesClient, stationsBefore } from '../exchange.ts';
import { nameOf } from '../site.ts';
import { SHOWN_PACKETS, type Symptom } from './symptom.ts';

export const replyThroughDirector: Symptom = {
  id: 'reply-through-director',
  find: (site) => {
    if (MODES[site.mode].repliesPassDirector) return [];
    const known = macsOfDirector(site);
    return site.servers.flatMap((server) => {
      const exchange = exchangeAt(site, server);
      if (exchange === undefined || replyReachesClient(exchange)) return [];
      // Without a capture there: in DR a request comes from the director itself.
      const director = known.size > 0 || !MODES[site.mode].serversOnLink ? known : stationsBefore(exchange);
      const astray = exchange.replies.filter(({ destinationMac }) => director.has(destinationMac));
      if (astray.length === 0) return [];
      return [
        {
          id: 'reply-through-director',
          host: server.host,
          message: `${nameOf(server)} sends its replies to the director, which owns the VIP itself and drops what claims to come from it as a martian. In ${MODES[site.mode].label} replies must go straight to the client.`,
          cure: [
            `ip route replace default via ${server.gateway ?? 'ROUTER'}   # a router that is not the director`,
          ],
          findings: astray
            .slice(0, SHOWN_PACKETS)
            .map((packet) => findingAbout(packet, 'This reply goes to the director.')),
        },
      ];
    });
  },
};
