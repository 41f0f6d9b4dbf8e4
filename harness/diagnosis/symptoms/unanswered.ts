/** Clients repeat their requests, and no answer is seen anywhere: where the trace of them ends is all that can be said. */
import { shellWord } from '../../../director/shown-text.ts';
import type { Misconfiguration } from '../../../reports/result.ts';
import { counted } from '../../../statistics/number-text.ts';
import { nameOf } from '../site.ts';
import { type Flow, isOpening, isTcp, legsOf } from '../view/flow.ts';
import { either } from '../view/sentences.ts';
import type { SiteView } from '../view/site-view.ts';
import { suspectsOf } from '../view/suspects.ts';
import { inEveryMode, type Symptom, shown } from './symptom.ts';

export const unanswered: Symptom = {
  id: 'unanswered',
  occursIn: inEveryMode,
  isOfTheNetwork: false,
  isLastResort: true,
  leavesUnanswered: true,
  find: (view) => {
    const repeated = view.flows.filter(
      (flow) =>
        isRepeated(flow) &&
        (isTcp(flow) || wouldShowReplies(view, flow)) &&
        !view.isAnswered(flow) &&
        !isRefused(flow),
    );
    const byEnd = Map.groupBy(repeated, (flow) => view.serversOf(flow)[0]?.host ?? view.site.director.host);
    return [...byEnd].map(([host, flows]) => described(view, host, flows));
  },
};

function described(view: SiteView, host: string, flows: readonly Flow[]): Misconfiguration {
  const { director, servers } = view.site;
  const server = servers.find((one) => one.host === host);
  const seenAt = [...new Set(flows.flatMap(legsOf).map((leg) => leg.host))];
  const isAtServer = server !== undefined && seenAt.includes(server.host);
  const wanted = server === undefined ? [director, ...servers].map((one) => one.host) : [server.host];
  const missing = wanted.filter((one) => !seenAt.includes(one));
  const suspects = server === undefined ? [] : suspectsOf(view, server, flows);
  const trace =
    server === undefined
      ? `they were seen at ${either(seenAt)}, and no real server was seen to get them`
      : isAtServer
        ? `they reached ${nameOf(server)}, which does not answer: ${either(suspects.map(({ cause }) => cause))}`
        : `they left for ${nameOf(server)}, and what becomes of them there was not captured`;
  const requests = flows.flatMap((flow) => requestsOf(flow));
  return {
    id: 'unanswered',
    host,
    message: `${counted(flows.length, 'connection')} got no answer although the client asked again: ${trace}.`,
    cure: isAtServer
      ? suspects.map(({ check }) => check)
      : missing.map(
          (one) =>
            `tcpdump -i any -s 0 -w ${shellWord(`${one}.pcap`)}   # on ${one}, while a client tries; then diagnose again`,
        ),
    findings: shown(requests, 'This request got no answer.'),
  };
}

/** In one place, so that a packet that several hosts see counts once. */
function requestsOf(flow: Flow) {
  return legsOf(flow)
    .map(({ asked, forwarded }) => (asked.length > 0 ? asked : forwarded))
    .reduce((most, one) => (one.length > most.length ? one : most), []);
}

function isRepeated(flow: Flow): boolean {
  const ids = new Set(
    requestsOf(flow)
      .filter((packet) => !isTcp(flow) || isOpening(packet))
      .map(({ payload }) => payload?.id),
  );
  return ids.size > 1;
}

function isRefused(flow: Flow): boolean {
  return legsOf(flow).some(({ answered, returned }) => [...answered, ...returned].length > 0);
}

/** A second datagram says nothing, as a second SYN does; the point must be one that replies pass. */
function wouldShowReplies({ site, mode }: SiteView, flow: Flow): boolean {
  return legsOf(flow).some(({ host }) => mode.repliesPassDirector || host !== site.director.host);
}
