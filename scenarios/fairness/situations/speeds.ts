/** Servers of different speed that nobody has told the director about: all have the same weight. */

import { kernel } from '../../kit/requirement.ts';
import { schedulersWhere } from '../../models/schedulers.ts';
import { latencyFigures } from '../figures/latency.ts';
import { contenders, type QueueRun, type QueueScenario, type SituationVerdict } from '../scenario.ts';

const REFERENCE = 'rr';

/**
 * The slow server can do 31 requests a second. Its third of 150 is more than that, so with even shares a queue builds up
 * in front of it for as long as the load lasts.
 */
export const speeds: QueueScenario = {
  kind: 'queue',
  name: 'speeds',
  title: 'Servers of different speed',
  question: 'Who notices that a server is slow, and what is that worth to clients?',
  sources: [kernel('schedulers, §2.4, §2.5, §2.6, §2.7')],
  contenders: contenders(
    REFERENCE,
    ...schedulersWhere(({ evensOut, load }) => evensOut === true && load !== 'none'),
  ),
  placements: {
    quick: { live: 'no mode', connections: 300 },
    default: { live: 'first mode', connections: 240 },
    full: { live: 'every mode', connections: 600 },
  },
  withServers: 'Its servers differ in speed, and nobody has told the director.',
  slowness: [1, 2, 8],
  weights: [1, 1, 1],
  workers: 4,
  arrivalsPerSecond: 150,
  meanWorkMs: 16,
  judge: (runs) => {
    const reference = runs.get(REFERENCE);
    return new Map(Array.from(runs, ([name, run]) => [name, judge(name, run, reference)]));
  },
};

function judge(name: string, run: QueueRun, reference: QueueRun | undefined): SituationVerdict {
  const { latencyMeanMs, latencyP99Ms } = latencyFigures(run.latenciesMs);
  const slow = run.decisions.filter((server) => server === 2).length / run.decisions.length;
  const told =
    `Requests took ${latencyMeanMs.toFixed(0)} ms in the mean, ${latencyP99Ms.toFixed(0)} ms at the 99th percentile; ` +
    `the slowest server got ${(slow * 100).toFixed(0)} % of them`;
  if (name === REFERENCE) {
    return { findings: [], isShown: true, conclusion: `${told}: a queue builds up in front of it.` };
  }
  if (reference === undefined) return { findings: [], conclusion: `${told}.` };
  const ratio = latencyMeanMs / latencyFigures(reference.latenciesMs).latencyMeanMs;
  return {
    findings: ratio < 1 ? [] : [`Requests took ${ratio.toFixed(2)} times as long as with ${REFERENCE}.`],
    figures: { latencyOverRr: ratio },
    conclusion: `${told}: ${(1 / ratio).toFixed(1)} times as fast as ${REFERENCE}.`,
  };
}
