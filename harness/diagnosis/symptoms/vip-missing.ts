/** DR and TUN: a real server does not have the VIP, so that a packet for it is not for this host. */
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { finding } from '../../../scenarios/kit/finding.ts';
import { counted } from '../../../statistics/number-text.ts';
import { hasAddress } from '../host-facts.ts';
import { nameOf, type SiteServer } from '../site.ts';
import { silentAt } from '../view/silence.ts';
import type { SiteView } from '../view/site-view.ts';
import { type Symptom, shown } from './symptom.ts';

export const vipMissing: Symptom = {
  id: 'vip-missing',
  occursIn: ({ rewritesAddresses }) => !rewritesAddresses,
  isOfTheNetwork: true,
  isLastResort: false,
  leavesUnanswered: true,
  find: (view) => view.site.servers.flatMap((server) => missingOn(view, server)),
};

function missingOn(view: SiteView, server: SiteServer) {
  const { vipText } = view.site;
  const isKnown = server.facts !== undefined;
  if (server.facts !== undefined && hasAddress(server.facts, vipText)) return [];
  const silent = silentAt(view, server);
  const requests = silent.flatMap((exchange) => exchange.requests);
  const sentBack = view.mode.encapsulates
    ? []
    : silent.flatMap(({ flow }) => bouncedBy(view, server, flow.legs.get(server.host)?.asked ?? []));
  if (requests.length === 0 || (!isKnown && sentBack.length === 0)) return [];
  return [
    {
      id: 'vip-missing',
      host: server.host,
      message: `${nameOf(server)} does not have the VIP ${vipText}: a packet for it is not for this host, and is ${sentBack.length > 0 ? 'routed on, back to the network' : 'dropped'}.`,
      cure: [
        'sysctl -w net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2',
        `ip address add ${vipText}/32 dev lo`,
      ],
      findings: [
        ...shown(sentBack, 'The server routes this request on instead of taking it.'),
        ...shown(requests, 'The server does not answer this request.'),
        finding(`${counted(requests.length, 'request')} reached ${server.host}, and no reply left it.`),
      ],
    },
  ];
}

/** Requests that the server itself sends out again, with a TTL that is lower. */
function bouncedBy(view: SiteView, server: SiteServer, asked: readonly DecodedPacket[]): DecodedPacket[] {
  const own = view.stations.ofServer(server);
  return asked.filter(
    ({ ip, sourceMac, seen }) =>
      (seen?.direction === 'out' || own.has(sourceMac)) &&
      asked.some((one) => one.ip?.id === ip?.id && (one.ip?.ttl ?? 0) > (ip?.ttl ?? 0)),
  );
}
