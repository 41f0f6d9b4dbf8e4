/** A bench on a machine where there can be no real traffic: plays what needs none, and reports what was not covered. */
import type { Terminal } from '../../reports/terminal.ts';
import { playCatalogue } from '../conformance/run-conformance.ts';
import { ownDirector } from '../directors/index.ts';
import { canUseNamespaces } from '../environment/namespaces.ts';
import { isFullRoot } from '../environment/rights.ts';
import { recordRun } from '../run/record-run.ts';
import type { BenchOptions } from './options.ts';
import { unmet } from './required.ts';

/** How much of a bench this machine and user allow. */
export type Reach =
  | { readonly how: 'everything' }
  /** The same command, run again inside a user namespace, can do more. */
  | { readonly how: 'user-namespace' }
  | { readonly how: 'packets'; readonly lab: 'netns' | 'memory'; readonly reason: string };

export async function reachOfBench(): Promise<Reach> {
  const access = await canUseNamespaces();
  if ('reason' in access) {
    return { how: 'packets', lab: 'memory', reason: `No networks can be built here: ${access.reason}.` };
  }
  if (access.how === 'user-namespace') return { how: access.how };
  // tcpdump gives up its groups at its start, which only full root may.
  return isFullRoot() ? { how: 'everything' } : IN_USER_NAMESPACE;
}

const LIST = new Intl.ListFormat('en');

const IN_USER_NAMESPACE: Reach = {
  how: 'packets',
  lab: 'netns',
  reason:
    'Without root there are no real clients, servers and load: tcpdump, which captures them, cannot run in a user namespace.',
};

/** The catalogue, packet by packet, instead of the bench. Resolves with the exit code. */
export function runWithoutTraffic(
  options: BenchOptions,
  { lab, reason }: Pick<Extract<Reach, { how: 'packets' }>, 'lab' | 'reason'>,
  terminal: Terminal,
): Promise<number> {
  return recordRun(options, terminal, async (recorder, interruption) => {
    recorder.notCovered.push(reason);
    if (options.broken !== undefined) {
      recorder.problems.push(`The network was not broken (${options.broken}): that takes real traffic.`);
    }
    const figures = options.parts.filter((part) => part !== 'conformance');
    if (figures.length > 0) {
      recorder.notCovered.push(`Of ${LIST.format(figures)} nothing was measured: that takes real traffic.`);
    }
    await playCatalogue({ ...options, lab, longOnesInMemory: true }, recorder, interruption);
    const { required, directors = [ownDirector] } = options;
    recorder.problems.push(...unmet(required, { lab, directors, cases: recorder.cases }));
  });
}
