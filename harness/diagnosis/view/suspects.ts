/** Why a real server may say nothing, of causes that neither its packets nor its facts exclude. */
import { hasAddress } from '../host-facts.ts';
import type { SiteServer } from '../site.ts';
import { type Flow, isTcp } from './flow.ts';
import type { SiteView } from './site-view.ts';

export interface Suspect {
  readonly cause: string;
  readonly check: string;
  /** Whether what the host says of itself excludes it; not asked where nothing is known. */
  readonly isExcluded: boolean;
}

export function suspectsOf(
  { site, mode }: SiteView,
  { facts, ripText }: SiteServer,
  flows: readonly Flow[],
): Suspect[] {
  const asked = mode.rewritesAddresses ? ripText : site.vipText;
  const tunnels = [...(facts?.interfaces.values() ?? [])].filter(
    ({ linkType, isUp }) => isUp && !['ether', 'loopback'].includes(linkType),
  );
  const suspects: Suspect[] = [
    {
      cause: 'the VIP is not there',
      check: `ip address show to ${site.vipText}   # empty: ip address add ${site.vipText}/32 dev lo`,
      isExcluded: mode.rewritesAddresses || (facts !== undefined && hasAddress(facts, site.vipText)),
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
      cause: 'it has no route back to the client',
      check: 'ip route get CLIENT',
      isExcluded: !mode.rewritesAddresses || facts !== undefined,
    },
    {
      cause: 'a firewall on it drops them',
      check: 'nft list ruleset; iptables-save   # look for drops of what comes in',
      isExcluded: false,
    },
    {
      cause: 'the program does not answer',
      check: `ss -lnp   # does the program listen, on ${asked} or on every address?`,
      // The kernel itself opens TCP connections, or refuses them.
      isExcluded: flows.every(isTcp),
    },
  ];
  return suspects.filter(({ isExcluded }) => !isExcluded);
}
