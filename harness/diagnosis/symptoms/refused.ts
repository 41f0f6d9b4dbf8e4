/** A real server refuses connections: nothing listens there (RST, ICMP port unreachable), or a firewall says no by ICMP. */
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { formatEndpoint } from '../../../lab/captures/format.ts';
import { PORT_UNREACHABLE, TCP } from '../../../lab/frames/index.ts';
import type { Misconfiguration } from '../../../reports/result.ts';
import { findingAbout } from '../../../scenarios/kit/finding.ts';
import { counted } from '../../../statistics/number-text.ts';
import { nameOf, type SiteServer } from '../site.ts';
import { type Flow, isOpening, isReset, isTcp, legsOf } from '../view/flow.ts';
import { REFUSING_CODES, type Refused } from '../view/refused-request.ts';
import type { SiteView } from '../view/site-view.ts';
import { inEveryMode, type Symptom } from './symptom.ts';

export const refused: Symptom = {
  id: 'refused',
  occursIn: inEveryMode,
  isOfTheNetwork: false,
  isLastResort: false,
  leavesUnanswered: true,
  find: (view) => view.site.servers.flatMap((server) => refusedBy(view, server)),
};

function refusedBy(view: SiteView, server: SiteServer): Misconfiguration[] {
  const resets = view.flows.flatMap((flow) => resetBy(view, server, flow) ?? []);
  const errors = view.flows.flatMap((flow) => errorFrom(view, server, flow) ?? []);
  const [first] = [...resets, ...errors];
  if (first === undefined) return [];
  const { protocol, destination, destinationPort } = first.request.payload as NonNullable<
    DecodedPacket['payload']
  >;
  const asked = formatEndpoint(destination, destinationPort);
  const code = resets.length > 0 ? undefined : first.refusal.ip?.icmpCode;
  const isFirewall = code !== undefined && (code !== PORT_UNREACHABLE || protocol === TCP);
  const all = [...resets, ...errors];
  const what = isFirewall
    ? 'a firewall there rejects them (a closed TCP port would answer RST)'
    : resets.length > 0
      ? `nothing listens on ${asked} there, or a firewall rejects with a reset`
      : `nothing listens on ${asked} there`;
  return [
    {
      id: 'refused',
      host: server.host,
      message: `${nameOf(server)} refuses ${counted(all.length, 'connection')}: ${what}.`,
      cure: isFirewall
        ? [`nft list ruleset; iptables-save   # accept what comes for ${asked}`]
        : [
            `ss -lnp 'sport = :${destinationPort}'   # start the program; it must listen on ${view.mode.rewritesAddresses ? server.ripText : view.site.vipText} or on every address`,
          ],
      findings: [
        findingAbout(first.request, 'The server is asked.'),
        findingAbout(first.refusal, 'It refuses.'),
      ],
    },
  ];
}

/** The server’s RST to a SYN, at the server or, under NAT, wherever its own address tells who it is. */
function resetBy(view: SiteView, server: SiteServer, flow: Flow): Refused | undefined {
  if (!isTcp(flow)) return undefined;
  for (const leg of legsOf(flow)) {
    if (leg.host !== server.host && !view.mode.rewritesAddresses) continue;
    const requests = view.mode.rewritesAddresses || view.mode.encapsulates ? leg.forwarded : leg.asked;
    const replies = (view.mode.rewritesAddresses ? leg.returned : leg.answered).filter(
      ({ ip }) => !view.mode.rewritesAddresses || ip?.source === server.rip,
    );
    const request = requests.find(isOpening);
    const [refusal] = replies;
    if (request === undefined || refusal === undefined || !replies.every(isReset)) continue;
    return { flow, request, refusal };
  }
  return undefined;
}

function errorFrom(view: SiteView, server: SiteServer, flow: Flow): Refused | undefined {
  if (view.hasProgress(flow)) return undefined;
  const requests = legsOf(flow).flatMap((leg) =>
    view.mode.rewritesAddresses || view.mode.encapsulates ? leg.forwarded : leg.asked,
  );
  const [request] = requests;
  const error = view.unreachables.find(
    ({ host, from, about, code }) =>
      (from === server.rip || (host === server.host && from === view.site.vip)) &&
      about.source === flow.client &&
      about.sourcePort === flow.clientPort &&
      about.protocol === flow.service.protocol &&
      REFUSING_CODES.includes(code),
  );
  return request === undefined || error === undefined ? undefined : { flow, request, refusal: error.packet };
}
