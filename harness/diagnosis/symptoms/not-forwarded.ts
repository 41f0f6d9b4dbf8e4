/** Requests for the VIP reach the director, and it sends none of them on. */
import { counted } from '../../../statistics/number-text.ts';
import { hasAddress } from '../host-facts.ts';
import { packetsOf } from '../site.ts';
import { isReset } from '../view/flow.ts';
import type { SiteView } from '../view/site-view.ts';
import { inEveryMode, type Symptom, shown } from './symptom.ts';

export const notForwarded: Symptom = {
  id: 'not-forwarded',
  occursIn: inEveryMode,
  isOfTheNetwork: false,
  isLastResort: true,
  leavesUnanswered: true,
  find: (view) => {
    const { site } = view;
    if (site.sharesVip || view.flows.some((flow) => view.sentOn(flow).length > 0 || view.isAnswered(flow)))
      return [];
    const requests = view.flows.flatMap((flow) => view.reachedDirector(flow)).filter((one) => !isReset(one));
    const refusals = view.flows.flatMap(
      (flow) => flow.legs.get(site.director.host)?.answered.filter(isReset) ?? [],
    );
    if (requests.length < 2 || !(showsServersSide(view) || refusals.length > 0)) return [];
    const lacksVip = site.director.facts !== undefined && !hasAddress(site.director.facts, site.vipText);
    const why = lacksVip
      ? `it does not have the VIP ${site.vipText}, so that its IPVS never sees them`
      : refusals.length > 0
        ? 'it refuses them itself, so no virtual service of its IPVS took them'
        : 'its IPVS has no such service or no server with a weight, its firewall drops them, or it sends frames past what tcpdump sees (XDP)';
    return [
      {
        id: 'not-forwarded',
        host: site.director.host,
        message: `${counted(requests.length, 'request')} for ${site.vipText} reached the director, and it sent none of them on: ${why}.`,
        cure: lacksVip
          ? [`ip address add ${site.vipText}/32 dev DEV   # DEV towards the clients`]
          : [
              'ipvsadm -Ln   # is the service there, with servers of a weight above 0?',
              'nft list ruleset; iptables-save   # does INPUT accept what comes for the VIP?',
            ],
        findings: [
          ...shown(requests, 'The director does not send this request on.'),
          ...shown(refusals, 'The director refuses it.'),
        ],
      },
    ];
  },
};

/** Whether the director’s captures hold the segment of the servers: an address of one of them is spoken of. */
function showsServersSide({ site }: SiteView): boolean {
  const rips = new Set(site.servers.map(({ rip }) => rip));
  return packetsOf(site.director).some(
    ({ arp, ip }) =>
      (arp !== undefined && (rips.has(arp.senderIp) || rips.has(arp.targetIp))) ||
      (ip !== undefined && (rips.has(ip.source) || rips.has(ip.destination))),
  );
}
