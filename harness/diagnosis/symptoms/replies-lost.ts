/** A real server accepts a connection again and again, and the client never acknowledges it: its replies get lost. */
import type { Misconfiguration } from '../../../reports/result.ts';
import { counted } from '../../../statistics/number-text.ts';
import { type Flow, isReply, isTcp, legsOf } from '../view/flow.ts';
import type { SiteView } from '../view/site-view.ts';
import { inEveryMode, type Symptom, shown } from './symptom.ts';

export const repliesLost: Symptom = {
  id: 'replies-lost',
  occursIn: inEveryMode,
  isOfTheNetwork: false,
  isLastResort: true,
  leavesUnanswered: true,
  find: (view) => {
    const lost = view.flows.filter(
      (flow) => isTcp(flow) && !view.hasProgress(flow) && repliesOf(flow).length > 1,
    );
    const byServer = Map.groupBy(lost, (flow) => view.serversOf(flow)[0]?.host ?? view.site.vipText);
    return [...byServer].map(([host, flows]) => described(view, host, flows));
  },
};

function described(view: SiteView, host: string, flows: readonly Flow[]): Misconfiguration {
  const replies = flows.flatMap(repliesOf);
  const { where, cure } = whereLost(view, flows);
  return {
    id: 'replies-lost',
    host,
    message: `${counted(replies.length, 'reply', 'replies')} of ${counted(flows.length, 'connection')} left ${host}, and no client acknowledges one: ${where}.`,
    cure,
    findings: shown(replies, 'This reply was sent, and sent again, and is not acknowledged.'),
  };
}

/** How far replies were seen, from the client backwards. */
function whereLost({ site, mode }: SiteView, flows: readonly Flow[]): { where: string; cure: string[] } {
  const isSeenAt = (hosts: readonly { readonly host: string }[], form: 'answered' | 'returned') =>
    flows.some((flow) => hosts.some(({ host }) => flow.legs.get(host)?.[form].some(isReply)));
  if (isSeenAt(site.others, 'answered')) {
    return {
      where:
        'they were seen beyond the site and are not taken: the client, or a firewall before it, drops them',
      cure: ['# on the client: nft list ruleset; iptables-save; nstat -az | grep -i -e drop -e csum'],
    };
  }
  if (mode.repliesPassDirector && isSeenAt([site.director], 'answered')) {
    return {
      where: 'they leave the director with the VIP and get lost on the way to the client',
      cure: ['ip route get CLIENT   # on the director: is it the way by which the client’s packets come?'],
    };
  }
  const isCaptured = flows.some((flow) => (flow.legs.get(site.director.host)?.forwarded.length ?? 0) > 0);
  if (mode.repliesPassDirector) {
    return {
      where: isCaptured
        ? 'they do not arrive at the director, whose capture shows the requests on the same segment'
        : 'what becomes of them was not captured',
      cure: [
        'tcpdump -i any -s 0 -w director.pcap   # on the director, while a client tries; then diagnose again',
      ],
    };
  }
  return {
    where:
      'a router or firewall on their way drops them, which never saw the request (a stateful firewall), or expects the VIP on another side (source address check)',
    cure: [
      'ip route get CLIENT from VIP   # on the real server: by which router do replies go?',
      '# on that router: let packets with the VIP as their source pass from the servers’ side, without connection state',
    ],
  };
}

/** As the point saw them that saw the most; a reset is no reply of this kind. */
function repliesOf(flow: Flow) {
  return legsOf(flow)
    .map(({ answered, returned }) => (answered.length > 0 ? answered : returned).filter(isReply))
    .reduce((most, one) => (one.length > most.length ? one : most), []);
}
