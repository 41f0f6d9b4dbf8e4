/** A host asks by ARP for an address that a flow needs, again and again, and nobody answers. */
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { formatAddress } from '../../../lab/captures/format.ts';
import type { Misconfiguration } from '../../../reports/result.ts';
import { nameOf, packetsOf, type SiteHost } from '../site.ts';
import { clientsText } from '../view/addresses.ts';
import { silentAt } from '../view/silence.ts';
import type { SiteView } from '../view/site-view.ts';
import { inEveryMode, type Symptom, shown } from './symptom.ts';

const ENOUGH_QUESTIONS = 2;

export const arpUnanswered: Symptom = {
  id: 'arp-unanswered',
  occursIn: inEveryMode,
  isOfTheNetwork: false,
  isLastResort: false,
  leavesUnanswered: true,
  find: (view) => [...serversUnreached(view), ...repliesHeldBack(view), ...vipUnclaimed(view)],
};

/** The director looks for a real server. */
function serversUnreached(view: SiteView): Misconfiguration[] {
  const { director, servers } = view.site;
  const questions = questionsAt(director);
  return servers.flatMap((server) => {
    const asked = (questions.get(server.rip) ?? []).filter((packet) => view.isSentByDirector(packet));
    const isThere = view.flows.some((flow) => view.serversOf(flow).includes(server) && view.isAnswered(flow));
    if (asked.length < ENOUGH_QUESTIONS || isThere) return [];
    return [
      {
        id: 'arp-unanswered',
        host: server.host,
        message: `${nameOf(server)} does not answer the director’s ARP requests: it is down, in another VLAN, or has not the address ${server.ripText}, so no request can reach it.`,
        cure: [
          `ip address show to ${server.ripText}; ip link show   # on the server: is the address there, and the interface up?`,
          `ipvsadm -e … -r ${server.ripText} -w 0   # on the director, until it is back`,
        ],
        findings: shown(asked, 'Nobody answers this question of the director.'),
      },
    ];
  });
}

/** A real server cannot send its replies, because it looks for a gateway, or for the client itself, in vain. */
function repliesHeldBack(view: SiteView): Misconfiguration[] {
  return view.site.servers.flatMap((server) => {
    const silent = silentAt(view, server);
    if (silent.length === 0) return [];
    const own = view.stations.ofServer(server);
    const told = view.stations.toldOf(server);
    return [...questionsAt(server)].flatMap(([address, packets]) => {
      const asked = packets.filter(
        ({ sourceMac, arp }) => arp?.senderIp === server.rip || (told.size > 0 ? told : own).has(sourceMac),
      );
      if (asked.length < ENOUGH_QUESTIONS) return [];
      const waiting = silent.filter(({ flow }) => flow.client === address);
      const isClient = waiting.length > 0;
      const flows = (isClient ? waiting : silent).map(({ flow }) => flow);
      return [
        {
          id: 'arp-unanswered',
          host: server.host,
          message: isClient
            ? `${nameOf(server)} looks for ${clientsText(flows)} on its own segment, where nobody answers: its netmask is too wide, or a route to the client lacks its gateway.`
            : `${nameOf(server)} wants to answer by ${formatAddress(address)}, its gateway, which does not answer ARP: its replies never leave it.`,
          cure: isClient
            ? [
                'ip address; ip route get CLIENT   # correct the prefix length, or the route: it needs "via GATEWAY"',
              ]
            : [
                `ip route replace default via GATEWAY   # ${view.mode.repliesPassDirector ? 'the director’s address on this segment' : 'a router that is not the director'}`,
              ],
          findings: shown(asked, 'Nobody answers this question of the server.'),
        },
      ];
    });
  });
}

/** Somebody looks for the VIP, and the director, which hears it, does not answer. */
function vipUnclaimed(view: SiteView): Misconfiguration[] {
  const { director, vip, vipText } = view.site;
  const asked = (questionsAt(director).get(vip) ?? []).filter((packet) => !view.isSentByDirector(packet));
  const isReached = view.flows.some((flow) => (flow.legs.get(director.host)?.asked.length ?? 0) > 0);
  if (isReached || asked.length < ENOUGH_QUESTIONS) return [];
  return [
    {
      id: 'arp-unanswered',
      host: director.host,
      message: `The director hears ARP requests for the VIP ${vipText} and does not answer them: it does not have the VIP, so no client reaches it.`,
      cure: [`ip address add ${vipText}/32 dev DEV   # DEV towards the clients`],
      findings: shown(asked, 'Nobody answers this question.'),
    },
  ];
}

/** Questions of a host’s captures by the address that is looked for, of addresses that never speak ARP there. */
function questionsAt(host: SiteHost): Map<number, DecodedPacket[]> {
  const packets = packetsOf(host);
  const heard = new Set<number>();
  for (const { arp } of packets) if (arp !== undefined) heard.add(arp.senderIp);
  const questions = new Map<number, DecodedPacket[]>();
  for (const packet of packets) {
    const { arp } = packet;
    if (arp === undefined || arp.isReply || arp.senderIp === arp.targetIp || heard.has(arp.targetIp))
      continue;
    questions.set(arp.targetIp, [...(questions.get(arp.targetIp) ?? []), packet]);
  }
  return questions;
}
