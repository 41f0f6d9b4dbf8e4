/** DR and TUN: a real server says on the network that it has the VIP, or would as soon as it is asked. */
import { MODES } from '../../../lab/modes.ts';
import type { Finding } from '../../../reports/result.ts';
import { finding, findingAbout } from '../../../scenarios/kit/finding.ts';
import { macsOfDirector, macsOfServer } from '../exchange.ts';
import { effectiveSetting, hasAddress } from '../host-facts.ts';
import { nameOf, type Site, type SiteServer } from '../site.ts';
import { SHOWN_PACKETS, type Symptom } from './symptom.ts';

/** The values that keep a server quiet about addresses of its loopback interface. */
const QUIET = { arp_ignore: 1, arp_announce: 2 } as const;

export const vipAnnounced: Symptom = {
  id: 'vip-announced',
  find: (site) => {
    if (MODES[site.mode].rewritesAddresses) return [];
    return site.servers.flatMap((server) => {
      const spoken = announcements(site, server);
      const settings = settingsThatSpeak(site, server);
      if (spoken.length === 0 && settings.length === 0) return [];
      const { host } = server;
      return [
        {
          id: 'vip-announced',
          host,
          message: `${nameOf(server)} ${spoken.length > 0 ? 'announces the VIP by ARP' : 'would announce the VIP by ARP'}: whoever believes it sends requests to ${host} alone, past the director, and balancing stops.`,
          cure: [
            'sysctl -w net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2',
            `ip neigh flush to ${site.vipText}   # on the router and the clients of that segment`,
          ],
          findings: [...spoken, ...settings],
        },
      ];
    });
  },
};

function announcements(site: Site, server: SiteServer): Finding[] {
  const own = macsOfServer(site, server);
  const director = macsOfDirector(site);
  return server.captures
    .flatMap((capture) => capture.packets)
    .filter(
      ({ arp, sourceMac }) =>
        arp?.senderIp === site.vip &&
        // A host that nobody sent a packet yet is known by answering: answers to others do not come by here.
        (own.has(sourceMac) || (own.size === 0 && arp.isReply && !director.has(sourceMac))),
    )
    .slice(0, SHOWN_PACKETS)
    .map((packet) =>
      findingAbout(
        packet,
        packet.arp?.isReply === true
          ? 'The server answers an ARP request for the VIP.'
          : 'The server asks with the VIP as the sender’s address.',
      ),
    );
}

function settingsThatSpeak({ vipText }: Site, { host, facts }: SiteServer): Finding[] {
  if (facts === undefined || !hasAddress(facts, vipText)) return [];
  const fields = [...facts.addresses.keys()]
    .filter((port) => port !== 'lo')
    .flatMap((port) =>
      Object.entries(QUIET).flatMap(([name, needed]) => {
        const seen = effectiveSetting(facts, port, name);
        return seen === undefined || seen >= needed
          ? []
          : [{ field: `${name} of ${port}`, expected: String(needed), seen: String(seen) }];
      }),
    );
  return fields.length === 0 ? [] : [finding(`Settings of ${host} let it speak of the VIP.`, fields)];
}
