/** NAT: a real server’s replies do not go through the director, because its gateway is another, or because it has none. */
import { formatAddress } from '../../../lab/captures/format.ts';
import { findingAbout } from '../../../scenarios/kit/finding.ts';
import { counted } from '../../../statistics/number-text.ts';
import { routeTo } from '../host-facts.ts';
import { nameOf, type SiteServer } from '../site.ts';
import { dipFor } from '../view/addresses.ts';
import { astrayFrom, isOnLink } from '../view/astray.ts';
import { redirectsTo } from '../view/redirects.ts';
import type { SiteView } from '../view/site-view.ts';
import { SHOWN_PACKETS, type Symptom, shown } from './symptom.ts';

const RULE = 'Under NAT the real server’s gateway must be the director.';

export const natGateway: Symptom = {
  id: 'nat-gateway',
  occursIn: ({ repliesPassDirector }) => repliesPassDirector,
  isOfTheNetwork: true,
  isLastResort: false,
  leavesUnanswered: true,
  find: (view) =>
    view.site.servers.flatMap((server) => [...pastDirector(view, server), ...withoutRoute(view, server)]),
};

function pastDirector(view: SiteView, server: SiteServer) {
  const astray = astrayFrom(view, server).filter((one) => !isOnLink(view, server, one));
  if (astray.length === 0) return [];
  const director = view.stations.before(server);
  const dip = dipFor(view, server);
  const redirects = redirectsTo(view, server);
  const route = server.facts && routeTo(server.facts, astray[0]?.flow.client ?? 0);
  const told =
    redirects.length > 0
      ? ' The director itself told it of another way, by an ICMP redirect.'
      : route?.gateway === undefined
        ? ''
        : ` Its route to the client goes by ${route.gateway}.`;
  const cure = `ip route replace default via ${dip ?? 'DIRECTOR   # its address on the servers’ segment'}`;
  return [
    {
      id: 'nat-gateway',
      host: server.host,
      message: `${nameOf(server)} sends its replies past the director: the client gets them from an address that it never spoke to, and answers RST. ${RULE}${told}`,
      cure:
        redirects.length > 0
          ? [
              'sysctl -w net.ipv4.conf.all.accept_redirects=0 && ip route flush cache',
              'sysctl -w net.ipv4.conf.all.send_redirects=0   # on the director, and for the interface by name too',
              cure,
            ]
          : [cure],
      findings: [
        ...shown(redirects, 'This message tells the server of another gateway.'),
        ...astray
          .flatMap(({ packets }) => packets)
          .slice(0, SHOWN_PACKETS)
          .map((packet) =>
            packet.ip?.source === server.rip
              ? findingAbout(
                  packet,
                  'This reply does not go to the director.',
                  director.size === 0
                    ? []
                    : [
                        {
                          field: 'destination MAC',
                          expected: [...director].join(' or '),
                          seen: packet.destinationMac,
                        },
                      ],
                )
              : findingAbout(packet, 'The client refuses a reply of an address that it did not ask.'),
          ),
      ],
    },
  ];
}

function withoutRoute(view: SiteView, server: SiteServer) {
  const { facts } = server;
  if (facts === undefined) return [];
  const unanswered = view
    .exchangesAt(server)
    .filter(({ flow, replies }) => replies.length === 0 && !view.hasProgress(flow))
    .filter(({ flow }) => routeTo(facts, flow.client) === undefined);
  if (unanswered.length === 0) return [];
  const dip = dipFor(view, server) ?? 'DIRECTOR   # its address on the servers’ segment';
  const client = formatAddress(unanswered[0]?.flow.client ?? 0);
  return [
    {
      id: 'nat-gateway',
      host: server.host,
      message: `${nameOf(server)} has no route to the client ${client}${facts.defaultGateway === undefined ? ' and no default route' : ''}, so its replies go nowhere. ${RULE}`,
      cure: [`ip route replace default via ${dip}`],
      findings: shown(
        unanswered.flatMap(({ requests }) => requests),
        `The server has no way to answer this request (one of ${counted(unanswered.length, 'connection')}).`,
      ),
    },
  ];
}
