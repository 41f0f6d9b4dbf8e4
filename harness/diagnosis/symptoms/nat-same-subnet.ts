/** NAT with one network: client and real server share a subnet, so replies need no gateway and go past the director. */
import { formatAddress } from '../../../lab/captures/format.ts';
import { findingAbout } from '../../../scenarios/kit/finding.ts';
import { routeTo } from '../host-facts.ts';
import { nameOf, type SiteServer } from '../site.ts';
import { clientsText, dipFor } from '../view/addresses.ts';
import { type Astray, astrayFrom, isOnLink } from '../view/astray.ts';
import type { SiteView } from '../view/site-view.ts';
import { SHOWN_PACKETS, type Symptom } from './symptom.ts';

export const natSameSubnet: Symptom = {
  id: 'nat-same-subnet',
  occursIn: ({ repliesPassDirector }) => repliesPassDirector,
  isOfTheNetwork: true,
  isLastResort: false,
  leavesUnanswered: true,
  find: (view) =>
    view.site.servers.flatMap((server) => {
      const astray = astrayFrom(view, server).filter((one) => isOnLink(view, server, one));
      const [first] = astray;
      if (first === undefined) return [];
      return [
        {
          id: 'nat-same-subnet',
          host: server.host,
          message: `${nameOf(server)} sends its replies past the director, straight to ${clientsText(astray.map(({ flow }) => flow))} in its own subnet: no gateway is needed there, so the director cannot put the VIP back, and the client refuses an answer from ${server.ripText}, which it did not ask.`,
          cure: cureOf(view, server, first),
          findings: astray
            .flatMap(({ packets }) => packets)
            .slice(0, SHOWN_PACKETS)
            .map((packet) =>
              findingAbout(
                packet,
                packet.ip?.source === server.rip
                  ? `This reply goes straight to the client (${packet.destinationMac}), not to the director.`
                  : `The client refuses a reply from ${server.ripText}.`,
              ),
            ),
        },
      ];
    }),
};

function cureOf(view: SiteView, server: SiteServer, { flow }: Astray): string[] {
  const route = server.facts && routeTo(server.facts, flow.client);
  const device = route?.device ?? 'DEV';
  const subnet =
    route === undefined
      ? `SUBNET   # the one of ${server.ripText} and ${formatAddress(flow.client)}`
      : `${route.destination.address}/${route.destination.prefixLength} dev ${device}`;
  const dip = dipFor(view, server) ?? 'DIRECTOR';
  return [
    `ip route add ${dip}/32 dev ${device} && ip route replace default via ${dip} dev ${device}`,
    `ip route del ${subnet}`,
    'sysctl -w net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.DEV.send_redirects=0   # on the director, DEV towards the servers',
    '# or: put the servers into a subnet of their own behind the director, or forward by DR (-g)',
  ];
}
