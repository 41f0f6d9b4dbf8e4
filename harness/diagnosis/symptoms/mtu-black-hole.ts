/** Packets of one size are sent again and again while smaller ones pass: a path MTU black hole (RFC 2923). */
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { FRAGMENTATION_NEEDED } from '../../../lab/frames/index.ts';
import type { Misconfiguration } from '../../../reports/result.ts';
import { counted } from '../../../statistics/number-text.ts';
import { nameOf } from '../site.ts';
import { type Flow, isTcp, type Leg, legsOf, saidIn } from '../view/flow.ts';
import type { SiteView } from '../view/site-view.ts';
import { inEveryMode, type Symptom, shown } from './symptom.ts';

const ENOUGH_TRIES = 3;
/** Every path must carry a packet of this size (RFC 791), headers included. */
const ALWAYS_PASSES_BYTES = 576;

export const mtuBlackHole: Symptom = {
  id: 'mtu-black-hole',
  occursIn: inEveryMode,
  isOfTheNetwork: false,
  isLastResort: false,
  leavesUnanswered: false,
  find: (view) => {
    const stuck = view.flows.flatMap((flow) => stuckIn(view, flow) ?? []);
    const bySender = Map.groupBy(stuck, ({ sender }) => sender);
    return [...bySender].map(([sender, all]) => described(view, sender, all));
  },
};

interface Stuck {
  readonly flow: Flow;
  /** Host that sends them. */
  readonly sender: string;
  readonly isRequest: boolean;
  readonly packets: readonly DecodedPacket[];
}

function stuckIn(view: SiteView, flow: Flow): Stuck | undefined {
  if (!isTcp(flow) || !view.hasProgress(flow)) return undefined;
  for (const leg of legsOf(flow)) {
    const sides: [(keyof Omit<Leg, 'host'>)[], (keyof Omit<Leg, 'host'>)[], boolean][] = [
      [['asked', 'forwarded'], ['answered', 'returned'], true],
      [['answered', 'returned'], ['asked', 'forwarded'], false],
    ];
    for (const [sent, back, isRequest] of sides) {
      for (const form of sent) {
        const packets = repeated(
          leg[form],
          back.flatMap((other) => leg[other]),
        );
        if (packets.length === 0) continue;
        const [server] = view.serversOf(flow);
        return {
          flow,
          isRequest,
          packets,
          sender: isRequest ? 'client' : (server?.host ?? view.site.vipText),
        };
      }
    }
  }
  return undefined;
}

/** Transmissions of the same bytes, of one size, that nobody acknowledged. */
function repeated(sent: readonly DecodedPacket[], back: readonly DecodedPacket[]): DecodedPacket[] {
  const large = sent.filter((packet) => {
    const { tcpPayloadBytes, totalBytes, dontFragment } = saidIn(packet);
    return tcpPayloadBytes > 0 && totalBytes > ALWAYS_PASSES_BYTES && dontFragment;
  });
  const bySequence = Map.groupBy(large, (packet) => saidIn(packet).tcpSequence);
  for (const [sequence, tries] of bySequence) {
    const size = saidIn(tries.at(-1) as DecodedPacket).totalBytes;
    const same = tries.filter((packet) => saidIn(packet).totalBytes === size);
    const isPassed = back.some((packet) => isAfter(saidIn(packet).tcpAcknowledgement, sequence));
    if (same.length >= ENOUGH_TRIES && !isPassed) return same;
  }
  return [];
}

/** Of sequence numbers, which go round. */
function isAfter(a: number, b: number): boolean {
  return ((a - b) | 0) > 0;
}

function described(view: SiteView, sender: string, stuck: readonly Stuck[]): Misconfiguration {
  const [first] = stuck as [Stuck];
  const { isRequest, flow, packets } = first;
  const size = saidIn(packets[0] as DecodedPacket).totalBytes;
  const ends = new Set(stuck.map((one) => one.flow.client));
  const needed = view.unreachables.filter(
    ({ code, about }) =>
      code === FRAGMENTATION_NEEDED && (ends.has(about.source) || ends.has(about.destination)),
  );
  const [server] = view.serversOf(flow);
  const whose = isRequest ? 'A client' : server === undefined ? 'A real server' : nameOf(server);
  const why =
    needed.length > 0
      ? `“fragmentation needed, MTU ${needed[0]?.mtu}” was sent, and the sender does not heed it: a firewall drops ICMP, or it goes to another host`
      : isRequest && view.mode.encapsulates
        ? `with the outer header they are ${view.mode.outerHeaderBytes} bytes longer than the path from the director to the server takes, and no ICMP error says so`
        : 'somewhere on the path the MTU is smaller, and no ICMP error says so';
  const mss = (needed[0]?.mtu ?? size - (view.mode.outerHeaderBytes || 100)) - 40;
  return {
    id: 'mtu-black-hole',
    host: sender,
    message: `${whose} sends packets of ${counted(size, 'byte')} again and again and gets no acknowledgement, while smaller ones pass (${counted(stuck.length, 'connection')}): ${why}.`,
    cure: [
      `iptables -t mangle -A ${isRequest ? 'OUTPUT' : 'POSTROUTING'} -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss ${mss}   # on the real servers: no segment gets that large`,
      'iptables -A INPUT -p icmp --icmp-type fragmentation-needed -j ACCEPT   # on the sender, and on every router before it',
    ],
    findings: [
      ...shown(
        packets,
        `${counted(size, 'byte')} with “don’t fragment”, sent ${counted(packets.length, 'time')} in all.`,
      ),
      ...shown(
        needed.slice(0, 1).map(({ packet }) => packet),
        'A router asks for smaller packets.',
      ),
    ],
  };
}
