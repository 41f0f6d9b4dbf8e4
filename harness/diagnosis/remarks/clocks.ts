/** Clocks of hosts that differ: times of one point say nothing about another then. */
import { hostsOf } from '../site.ts';
import { clockDifference } from '../view/clocks.ts';
import type { SiteView } from '../view/site-view.ts';

/** Less is what NTP leaves, and what a network takes. */
const WORTH_SAYING_S = 0.02;

export function clockRemarks({ site, flows }: SiteView): string[] {
  const [reference, ...others] = hostsOf(site);
  if (reference === undefined) return [];
  return others.flatMap((host) => {
    const difference = clockDifference(flows, reference, host);
    if (difference === undefined) return [];
    const { ahead, uncertainty } = difference;
    if (Math.abs(ahead) < Math.max(WORTH_SAYING_S, 2 * uncertainty)) return [];
    const by = `${Math.abs(ahead).toFixed(Math.abs(ahead) < 10 ? 3 : 0)} s`;
    return [
      `The clock of ${host.host} is about ${by} ${ahead > 0 ? 'ahead of' : 'behind'} that of ${reference.host}: their times were not compared as they stand.`,
    ];
  });
}
