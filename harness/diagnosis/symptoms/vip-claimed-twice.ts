/** Two machines answer ARP for the VIP in turn. One that takes over from another once, as in a failover, is no conflict. */
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { hostsOf, packetsOf } from '../site.ts';
import { inEveryMode, type Symptom, shown } from './symptom.ts';

export const vipClaimedTwice: Symptom = {
  id: 'vip-claimed-twice',
  occursIn: inEveryMode,
  isOfTheNetwork: false,
  isLastResort: false,
  leavesUnanswered: false,
  find: (view) => {
    const { site, stations } = view;
    const [claims] = hostsOf(site)
      .map((host) => packetsOf(host).filter(({ arp }) => arp?.senderIp === site.vip))
      .filter(isConflict);
    if (claims === undefined) return [];
    // A real server that does it is a symptom of its own.
    const byServer = claims.some(({ sourceMac }) =>
      site.servers.some((server) => !view.mode.rewritesAddresses && stations.ofServer(server).has(sourceMac)),
    );
    if (byServer) return [];
    const macs = [...new Set(claims.map(({ sourceMac }) => sourceMac))];
    const strangers = macs.filter((mac) => !stations.ofDirector.has(mac));
    const first = macs.map((mac) => claims.find(({ sourceMac }) => sourceMac === mac) as DecodedPacket);
    return [
      {
        id: 'vip-claimed-twice',
        host: site.director.host,
        message: `${macs.join(' and ')} both say by ARP that they have the VIP ${site.vipText}: requests go to one or the other by chance.${
          strangers.length === 1 ? ` ${strangers[0]} is not the director.` : ''
        }`,
        cure: [
          `arping -D -I DEV ${site.vipText}   # on the director: shows every other machine that answers`,
          `ip address del ${site.vipText} dev DEV   # on the machine that is to lose it; two active VRRP routers: let VRRP packets pass between them`,
        ],
        findings: shown(first, 'This machine says that it has the VIP.'),
      },
    ];
  },
};

/** More than one change of owner, or two answers to one question. */
function isConflict(claims: readonly DecodedPacket[]): boolean {
  const changes = claims.filter((claim, i) => i > 0 && claims[i - 1]?.sourceMac !== claim.sourceMac);
  const isAnsweredTwice = changes.some((claim) => {
    const before = claims[claims.indexOf(claim) - 1];
    return (
      claim.arp?.isReply === true &&
      before?.arp?.isReply === true &&
      claim.arp.targetIp === before.arp.targetIp &&
      claim.destinationMac === before.destinationMac &&
      claim.time - before.time < 1
    );
  });
  return changes.length > 1 || isAnsweredTwice;
}
