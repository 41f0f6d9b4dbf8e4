/** A client’s capture shows that its requests are refused, and no capture shows by whom. */
import { formatEndpoint } from '../../../lab/captures/format.ts';
import type { Misconfiguration } from '../../../reports/result.ts';
import { findingAbout } from '../../../scenarios/kit/finding.ts';
import { countedOf } from '../../../statistics/number-text.ts';
import { type Flow, isReset, isTcp, legsOf } from '../view/flow.ts';
import { REFUSING_CODES, type Refused } from '../view/refused-request.ts';
import { either } from '../view/sentences.ts';
import type { SiteView } from '../view/site-view.ts';
import { inEveryMode, type Symptom } from './symptom.ts';

export const refusedSomewhere: Symptom = {
  id: 'refused-somewhere',
  occursIn: inEveryMode,
  isOfTheNetwork: false,
  isLastResort: true,
  leavesUnanswered: true,
  find: refusedBySomebody,
};

function refusedBySomebody(view: SiteView): Misconfiguration[] {
  const all = view.flows.flatMap((flow) => refusalAtClient(view, flow) ?? []);
  const [first] = all;
  if (first === undefined) return [];
  const { vip, vipText } = view.site;
  const ends = [...new Set(all.map(({ flow }) => formatEndpoint(vip, flow.port)))];
  return [
    {
      id: 'refused-somewhere',
      host: vipText,
      message: `${either(ends)} refuses ${countedOf(all.length, view.flows.length, 'connection')}: a real server on which nothing listens, a firewall that rejects, or a director without such a service. Which of them is not in these captures.`,
      cure: [
        '# capture on the director and on the real servers too, while a client tries; then diagnose again',
      ],
      findings: [
        findingAbout(first.request, 'The VIP is asked.'),
        findingAbout(first.refusal, 'Somebody refuses.'),
      ],
    },
  ];
}

function refusalAtClient(view: SiteView, flow: Flow): Refused | undefined {
  const leg = legsOf(flow).find(({ host }) => view.site.others.some((other) => other.host === host));
  const [request] = leg?.asked ?? [];
  if (leg === undefined || request === undefined || view.hasProgress(flow)) return undefined;
  // Where the director refuses, its own capture tells more.
  if (flow.legs.get(view.site.director.host)?.answered.some(isReset)) return undefined;
  const error = view.unreachables.find(
    ({ host, about, code }) =>
      host === leg.host &&
      about.source === flow.client &&
      about.sourcePort === flow.clientPort &&
      about.destination === view.site.vip &&
      REFUSING_CODES.includes(code),
  );
  const isByReset = isTcp(flow) && leg.answered.length > 0 && leg.answered.every(isReset);
  const refusal = isByReset ? leg.answered[0] : error?.packet;
  return refusal === undefined ? undefined : { flow, request, refusal };
}
