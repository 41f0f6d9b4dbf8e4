/** DR and TUN: a real server sends its replies to the director, which drops packets that come from its own address. */
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { nameOf, type SiteServer } from '../site.ts';
import type { SiteView } from '../view/site-view.ts';
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
      const atServer = exchanges.flatMap(({ replies }) => replies);
      const astray = [...atServer, ...(atServer.length > 0 ? [] : seenAtDirector(view, server))].filter(
        ({ destinationMac }) => director.has(destinationMac),
      );
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

/** Replies of a server that was not captured itself, as the director’s capture shows them. */
function seenAtDirector(view: SiteView, server: SiteServer): DecodedPacket[] {
  const own = view.stations.ofServer(server);
  return view.flows
    .filter((flow) => !view.hasProgress(flow))
    .flatMap((flow) => flow.legs.get(view.site.director.host)?.answered ?? [])
    .filter(({ sourceMac }) => own.has(sourceMac));
}
