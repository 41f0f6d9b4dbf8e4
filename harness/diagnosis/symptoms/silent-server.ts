/** A real server gets requests and says nothing, for a reason that neither packets nor facts tell. */
import type { Misconfiguration } from '../../../reports/result.ts';
import { finding } from '../../../scenarios/kit/finding.ts';
import { counted } from '../../../statistics/number-text.ts';
import { nameOf, type SiteServer } from '../site.ts';
import { either } from '../view/sentences.ts';
import { silentAt } from '../view/silence.ts';
import type { SiteView } from '../view/site-view.ts';
import { suspectsOf } from '../view/suspects.ts';
import { type Symptom, shown } from './symptom.ts';

export const silentServer: Symptom = {
  id: 'silent-server',
  occursIn: ({ rewritesAddresses }) => !rewritesAddresses,
  isOfTheNetwork: true,
  isLastResort: true,
  leavesUnanswered: true,
  find: (view) => view.site.servers.flatMap((server) => silence(view, server)),
};

function silence(view: SiteView, server: SiteServer): Misconfiguration[] {
  const silent = silentAt(view, server);
  if (silent.length === 0 || silent.length < view.exchangesAt(server).length) return [];
  const requests = silent.flatMap((exchange) => exchange.requests);
  const suspects = suspectsOf(
    view,
    server,
    silent.map(({ flow }) => flow),
  );
  const causes = suspects.map(({ cause }) => cause);
  return [
    {
      id: 'silent-server',
      host: server.host,
      message: `${nameOf(server)} gets requests and answers nothing: ${either(causes)}. ${
        server.facts === undefined
          ? 'Captures alone cannot tell; ask the host, or give what it says with --facts.'
          : 'What the host says of itself excludes the other usual causes.'
      }`,
      cure: suspects.map(({ check }) => check),
      findings: [
        ...shown(requests, 'The server does not answer this request.'),
        finding(`${counted(requests.length, 'request')} reached ${server.host}, and no reply left it.`),
      ],
    },
  ];
}
