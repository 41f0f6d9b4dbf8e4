/** DR and TUN: a real server sends its replies to the director, which drops packets that come from its own address. */
import { nameOf } from '../site.ts';
import { type Symptom, shown } from './symptom.ts';

export const replyThroughDirector: Symptom = {
  id: 'reply-through-director',
  occursIn: ({ repliesPassDirector }) => !repliesPassDirector,
  isOfTheNetwork: true,
  isLastResort: false,
  leavesUnanswered: true,
  find: (view) =>
    view.site.servers.flatMap((server) => {
      const exchanges = view.exchangesAt(server);
      if (exchanges.some(({ flow }) => view.hasProgress(flow))) return [];
      const known = view.stations.ofDirector;
      // Without a capture there: in DR a request comes from the director itself.
      const director = known.size > 0 || !view.mode.serversOnLink ? known : view.stations.before(server);
      const astray = exchanges
        .flatMap(({ replies }) => replies)
        .filter(({ destinationMac }) => director.has(destinationMac));
      if (astray.length === 0) return [];
      return [
        {
          id: 'reply-through-director',
          host: server.host,
          message: `${nameOf(server)} sends its replies to the director, which owns the VIP itself and drops what claims to come from it as a martian. In ${view.mode.label} replies must go straight to the client.`,
          cure: [
            `ip route replace default via ${server.gateway ?? 'ROUTER'}   # a router that is not the director`,
          ],
          findings: shown(astray, 'This reply goes to the director.'),
        },
      ];
    }),
};
