/** A real server gets requests and says nothing, for a reason that neither packets nor facts tell. */
import { TCP } from '../../../lab/frames/index.ts';
import type { Misconfiguration } from '../../../reports/result.ts';
import { finding } from '../../../scenarios/kit/finding.ts';
import { counted } from '../../../statistics/number-text.ts';
import { hasAddress } from '../host-facts.ts';
import { nameOf, type SiteServer } from '../site.ts';
import { either } from '../view/sentences.ts';
import { silentAt } from '../view/silence.ts';
import type { SiteView } from '../view/site-view.ts';
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
  const suspects = suspectsOf(view, server);
  const causes = suspects.map(({ cause }) => cause);
  return [
    {
      id: 'silent-server',
      host: server.host,
      message: `${nameOf(server)} gets requests and answers nothing: ${either(causes)}. ${
        server.facts === undefined
          ? 'Captures alone cannot tell; ask the host, or give what it says with --facts.'
          : 'What the host says of itself leaves nothing else.'
      }`,
      cure: suspects.map(({ check }) => check),
      findings: [
        ...shown(requests, 'The server does not answer this request.'),
        finding(`${counted(requests.length, 'request')} reached ${server.host}, and no reply left it.`),
      ],
    },
  ];
}

interface Suspect {
  readonly cause: string;
  readonly check: string;
  /** Whether what the host says of itself excludes it; not asked where nothing is known. */
  readonly isExcluded: boolean;
}

function suspectsOf({ site, mode }: SiteView, { facts }: SiteServer): Suspect[] {
  const tunnels = [...(facts?.interfaces.values() ?? [])].filter(
    ({ linkType, isUp }) => isUp && !['ether', 'loopback'].includes(linkType),
  );
  const suspects: Suspect[] = [
    {
      cause: 'the VIP is not there',
      check: `ip address show to ${site.vipText}   # empty: ip address add ${site.vipText}/32 dev lo`,
      isExcluded: facts !== undefined && hasAddress(facts, site.vipText),
    },
    {
      cause: 'reverse path filtering drops them',
      check: 'sysctl -a 2>/dev/null | grep "\\.rp_filter = 1"   # any line: set it to 0',
      // Facts that show a filter that drops are a symptom of their own.
      isExcluded: facts !== undefined,
    },
    {
      cause: 'it has no tunnel device',
      check: 'ip link show tunl0   # missing or down: modprobe ipip && ip link set tunl0 up',
      isExcluded: !mode.encapsulates || tunnels.length > 0,
    },
    {
      cause: 'a firewall on it drops them',
      check: 'nft list ruleset; iptables-save   # look for drops of what comes in for the VIP',
      isExcluded: false,
    },
    {
      cause: 'the program does not answer',
      check: 'ss -lnp   # does the program listen, on the VIP or on every address?',
      isExcluded: site.services.every(({ protocol }) => protocol === TCP),
    },
  ];
  return suspects.filter(({ isExcluded }) => !isExcluded);
}
