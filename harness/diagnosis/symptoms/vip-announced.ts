/** DR and TUN: a real server says on the network that it has the VIP, or would as soon as it is asked. */
import { shellWord } from '../../../director/shown-text.ts';
import type { Finding } from '../../../reports/result.ts';
import { finding } from '../../../scenarios/kit/finding.ts';
import { effectiveSetting, holdersOf } from '../host-facts.ts';
import { hostsOf, nameOf, packetsOf, type SiteServer } from '../site.ts';
import type { SiteView } from '../view/site-view.ts';
import { type Symptom, shown } from './symptom.ts';

/** The values that keep a server quiet about addresses of its loopback interface. */
const QUIET = { arp_ignore: 1, arp_announce: 2 } as const;

export const vipAnnounced: Symptom = {
  id: 'vip-announced',
  occursIn: ({ rewritesAddresses }) => !rewritesAddresses,
  isOfTheNetwork: true,
  isLastResort: false,
  leavesUnanswered: false,
  find: (view) =>
    view.site.servers.flatMap((server) => {
      const spoken = announcements(view, server);
      const settings = settingsThatSpeak(view, server);
      if (spoken.length === 0 && settings.length === 0) return [];
      const { host } = server;
      return [
        {
          id: 'vip-announced',
          host,
          message: `${nameOf(server)} ${spoken.length > 0 ? 'announces the VIP by ARP' : 'would announce the VIP by ARP'}: whoever believes it sends requests to ${host} alone, past the director, and balancing stops.`,
          cure: cureFor(view, server),
          findings: [...spoken, ...settings],
        },
      ];
    }),
};

function cureFor({ site: { vipText } }: SiteView, { facts }: SiteServer): string[] {
  const onLink = facts === undefined ? [] : holdersOf(facts, vipText).filter(({ on }) => speaks(on));
  return [
    ...onLink.map(
      ({ port, prefixLength }) =>
        `ip address del ${vipText}/${prefixLength} dev ${shellWord(port)} && ip address add ${vipText}/32 dev lo`,
    ),
    'sysctl -w net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2',
    `ip neigh flush to ${vipText}   # on the router and the clients of that segment`,
  ];
}

function announcements({ site, stations }: SiteView, server: SiteServer): Finding[] {
  const own = stations.ofServer(server);
  const director = stations.ofDirector;
  const answers = hostsOf(site)
    .flatMap((host) => packetsOf(host).map((packet) => ({ host: host.host, packet })))
    .filter(
      ({ host, packet: { arp, sourceMac } }) =>
        arp?.senderIp === site.vip &&
        !director.has(sourceMac) &&
        // A host that nobody sent a packet yet is known by answering: answers to others do not come by here.
        (own.has(sourceMac) || (own.size === 0 && host === server.host && arp.isReply)),
    )
    .map(({ packet }) => packet);
  const said = answers.filter(({ arp }) => arp?.isReply === true);
  return said.length > 0
    ? shown(said, 'The server answers an ARP request for the VIP.')
    : shown(answers, 'The server asks with the VIP as the sender’s address.');
}

function settingsThatSpeak(view: SiteView, server: SiteServer): Finding[] {
  const { host, facts } = server;
  const { vipText } = view.site;
  if (facts === undefined) return [];
  const holders = holdersOf(facts, vipText);
  if (holders.length === 0) return [];
  const onLink = holders.filter(({ on }) => speaks(on)).map(({ port }) => port);
  const keepsQuiet = wasAskedAndKeptQuiet(view, server);
  if (onLink.length > 0 && !keepsQuiet) {
    return [
      finding(`${host} has the VIP on ${onLink.join(', ')}, an interface that answers ARP, not on lo.`),
    ];
  }
  const fields = [...facts.interfaces]
    .filter(([, on]) => speaks(on))
    .flatMap(([port]) =>
      Object.entries(QUIET).flatMap(([name, needed]) => {
        const seen = effectiveSetting(facts, port, name);
        // Something else, such as arptables, keeps a host quiet that was asked and did not answer.
        if (seen === undefined || seen >= needed || keepsQuiet) return [];
        return [{ field: `${name} of ${port}`, expected: String(needed), seen: String(seen) }];
      }),
    );
  return fields.length === 0 ? [] : [finding(`Settings of ${host} let it speak of the VIP.`, fields)];
}

function speaks({ linkType, isWithoutArp }: { linkType: string; isWithoutArp: boolean }): boolean {
  return linkType === 'ether' && !isWithoutArp;
}

/** Whether somebody else’s question for the VIP came by on the server, and no answer of its own followed. */
function wasAskedAndKeptQuiet({ site, stations }: SiteView, server: SiteServer): boolean {
  const own = stations.ofServer(server);
  const packets = packetsOf(server);
  const isAsked = packets.some(
    ({ arp, sourceMac }) =>
      arp?.isReply === false && arp.targetIp === site.vip && arp.senderIp !== site.vip && !own.has(sourceMac),
  );
  return isAsked && !packets.some(({ arp, sourceMac }) => arp?.senderIp === site.vip && own.has(sourceMac));
}
