/** A real server answers from another address than the one that was asked. */
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { formatAddress } from '../../../lab/captures/format.ts';
import { nameOf, packetsOf, type SiteServer } from '../site.ts';
import { legsOf } from '../view/flow.ts';
import { either } from '../view/sentences.ts';
import type { SiteView } from '../view/site-view.ts';
import { inEveryMode, type Symptom, shown } from './symptom.ts';

export const replySource: Symptom = {
  id: 'reply-source',
  occursIn: inEveryMode,
  isOfTheNetwork: false,
  isLastResort: false,
  leavesUnanswered: true,
  find: (view) =>
    view.site.servers.flatMap((server) => {
      const replies = [...fromElsewhere(view, server), ...atClients(view, server)];
      const [first] = replies;
      if (first === undefined) return [];
      const expected = view.mode.rewritesAddresses ? server.ripText : view.site.vipText;
      const seen = [...new Set(replies.map(({ ip }) => formatAddress(ip?.source ?? 0)))];
      return [
        {
          id: 'reply-source',
          host: server.host,
          message: `${nameOf(server)} answers requests for ${expected} from ${either(seen)}: ${
            view.mode.rewritesAddresses
              ? 'the director does not know such a reply, and does not put the VIP into it'
              : 'the client never asked that address, and drops the reply'
          }. A UDP program must answer from the address that it was asked at.`,
          cure: [
            `# let the program bind to ${expected} instead of 0.0.0.0, or answer from the address asked (IP_PKTINFO)`,
            'ip route show; iptables-save -t nat   # no "src" in the route to the client, no SNAT of the replies',
          ],
          findings: shown(replies, `This reply comes from ${seen[0]}, not from ${expected}.`),
        },
      ];
    }),
};

function fromElsewhere(view: SiteView, server: SiteServer): DecodedPacket[] {
  const expected = view.mode.rewritesAddresses ? server.rip : view.site.vip;
  const asked = new Set(
    view
      .exchangesAt(server)
      .filter(({ flow, replies }) => replies.length === 0 && !view.hasProgress(flow))
      .map(({ flow, requests }) =>
        endOf(flow.client, flow.clientPort, requests[0]?.payload?.destinationPort ?? 0),
      ),
  );
  if (asked.size === 0) return [];
  const requests = new Set(view.exchangesAt(server).flatMap((exchange) => exchange.requests));
  return packetsOf(server).filter(
    (packet) =>
      packet.ip?.hasPorts === true &&
      packet.inner === undefined &&
      packet.ip.source !== expected &&
      !requests.has(packet) &&
      asked.has(endOf(packet.ip.destination, packet.ip.destinationPort, packet.ip.sourcePort)),
  );
}

/** DR and TUN: a client gets a reply from the real server’s own address, and none from the VIP. */
function atClients({ site, mode, flows }: SiteView, server: SiteServer): DecodedPacket[] {
  if (mode.rewritesAddresses) return [];
  const others = new Set(site.others.map(({ host }) => host));
  return flows
    .flatMap(legsOf)
    .filter(({ host, answered }) => others.has(host) && answered.length === 0)
    .flatMap(({ returned }) => returned.filter(({ ip }) => ip?.source === server.rip));
}

function endOf(client: number, clientPort: number, port: number): string {
  return `${client} ${clientPort} ${port}`;
}
