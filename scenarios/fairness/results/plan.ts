/** From what came of a plan to a result. */
import { evennessOf } from '../../../statistics/evenness.ts';
import { detectableEffect, effectSeenExactly } from '../../../statistics/sample-size.ts';
import { countsOf, sharesOf } from '../../../statistics/shares.ts';
import { nameOf, type ServicePlace, serverWords } from '../addresses.ts';
import { worstLoadImbalance } from '../figures/load.ts';
import { prefixErrors, worstPrefixError } from '../figures/prefix-error.ts';
import { digestOf } from '../figures/sequence-digest.ts';
import { moments } from '../plan/active-connections.ts';
import { differencesFrom, type Expectation } from '../plan/differences.ts';
import { NO_SERVER, opensOf, type Plan, type PlanTrace, type Served } from '../plan/plan.ts';
import type { MappedRule, Observed, PlanScenario, SituationVerdict, YourService } from '../scenario.ts';
import { POWER, TEST_POWER } from '../test-power.ts';
import type { SampleTest, Series, SituationResult } from './result.ts';
import { statusOf, subjectOf } from './subject.ts';

export interface PlanRun extends Observed {
  readonly scenario: PlanScenario;
  readonly director: string;
  readonly lab: SituationResult['lab'];
  /** Whether each decision is to be as predicted; else the scheduler’s rule alone is kept. It is unless this says no. */
  readonly isExact?: boolean;
  /** Of others than what was played: a comparison with itself detects nothing. */
  readonly expectations: readonly Expectation[];
  /** As the clients saw it; follows from the plan where there were none. */
  readonly served?: readonly Served[];
}

/** Points of a plot. */
const POINTS = 60;

export function planResult(run: PlanRun): SituationResult {
  const { scenario, plan, place, played, isExact = true } = run;
  const names = place.rips.map((_, server) => `rs${server + 1}`);
  const weights = names.map((_, server) => plan.service.weights[server] ?? 0);
  const ideal = scenario.idealShares?.(run);
  const served = run.served ?? servedByPlan(plan, played, names.length);
  const differences = differencesFrom(run.expectations, played, names);
  const verdict = scenario.judge(run);
  const counts = countsOf(played.decisions, names.length);
  const evenness = scenario.measuresEvenness
    ? {
        ...evennessOf(counts, weights),
        worstPrefixError: worstPrefixError(played.decisions, ideal ?? sharesOf(weights)),
        worstLoadImbalance: worstLoadImbalance(openAtOpens(run, names.length), weights),
      }
    : {};
  const figures = { ...evenness, ...verdict.figures };
  return {
    ...subjectOf({ ...run, mode: place.mode }),
    ...statusOf({ ...verdict, findings: [...differences.findings, ...verdict.findings] }),
    sample: { connections: played.decisions.length, tests: testsOf(run, verdict, ideal) },
    servers: names.map((host, server) => ({
      host,
      weight: weights[server] as number,
      ...(served[server] as Served),
      ...(ideal === undefined ? {} : { idealShare: ideal[server] as number }),
    })),
    figures,
    // Nothing in a plan depends on a clock; who keeps the rule alone may begin anywhere.
    deterministic: isExact ? Object.keys(figures) : [],
    ...(isExact && {
      sequence: {
        compared: played.decisions.length,
        different: differences.decisions,
        digest: digestOf(played.decisions),
      },
    }),
    series: [
      activeSeries(played, names),
      openSeries(run, names),
      ...(scenario.measuresEvenness ? [prefixSeries(played, ideal ?? sharesOf(weights), names)] : []),
      ...(verdict.series ?? []),
    ],
    ...(scenario.yours && { mapping: mappingOf(scenario.yours, plan, place) }),
    conclusion: verdict.conclusion,
  };
}

function mappingOf(yours: YourService, { service }: Plan, place: ServicePlace): MappedRule[] {
  const { protocol, reachedBy } = service;
  const protocolText = reachedBy === 'mark' ? 'FWM' : protocol.toUpperCase();
  return [
    { yours: yours.service, lab: `${protocolText} ${nameOf(service, place)}` },
    ...yours.servers.map((server, i) => ({
      yours: server,
      lab: `rs${i + 1} ${serverWords(service, place, i)}`,
    })),
    ...yours.otherwise,
  ];
}

/** The tests that were made of a run, and what they can detect. */
function testsOf(
  { expectations: [other], played }: PlanRun,
  { figures }: SituationVerdict,
  ideal: readonly number[] | undefined,
): SampleTest[] {
  const connections = played.decisions.length;
  if (connections === 0) return [];
  return [
    ...(other === undefined
      ? []
      : [
          {
            of: 'decisions' as const,
            against: other.by,
            // Of all decisions, whichever server they belong to.
            detectableEffect: effectSeenExactly([1], connections, POWER),
            alpha: 0,
            power: POWER,
          },
        ]),
    // With one server there is no share that could be off.
    ...(figures?.chiSquaredP === undefined || ideal === undefined || ideal.includes(1)
      ? []
      : [
          {
            of: 'shares' as const,
            detectableEffect: detectableEffect(ideal, connections, TEST_POWER),
            ...TEST_POWER,
          },
        ]),
  ];
}

/** What each server's clients got from it if all that was answered was answered whole. */
function servedByPlan(plan: Plan, { decisions, unanswered }: PlanTrace, servers: number): Served[] {
  const refused = new Set(unanswered);
  const served = Array.from({ length: servers }, () => ({ connections: 0, requests: 0, bytes: 0 }));
  opensOf(plan).forEach(({ connection, requests, bytes }, i) => {
    const own = served[decisions[i] ?? NO_SERVER];
    if (own === undefined || refused.has(connection)) return;
    own.connections++;
    own.requests += requests;
    own.bytes += requests * bytes;
  });
  return served;
}

function openAtOpens({ plan, played }: Observed, servers: number): (readonly number[])[] {
  return Array.from(moments(plan, played, servers)).flatMap(({ step, active }) =>
    step.do === 'open' ? [active] : [],
  );
}

/** As the director counts them. */
function activeSeries({ samples }: PlanTrace, names: readonly string[]): Series {
  return {
    name: 'active connections',
    xLabel: 'connections opened',
    yLabel: 'active connections by the director’s count',
    x: samples.map(({ opened }) => opened),
    lines: Object.fromEntries(
      names.map((name, server) => [name, samples.map(({ active }) => active[server] as number)]),
    ),
  };
}

/** As clients and servers hold them. */
function openSeries(run: Observed, names: readonly string[]): Series {
  const all = openAtOpens(run, names.length);
  const every = Math.max(1, Math.ceil(all.length / POINTS));
  const chosen = all.flatMap((open, i) => ((i + 1) % every === 0 ? [{ opened: i + 1, open }] : []));
  return {
    name: 'open connections',
    xLabel: 'connections opened',
    yLabel: 'open connections',
    x: chosen.map(({ opened }) => opened),
    lines: Object.fromEntries(
      names.map((name, server) => [name, chosen.map(({ open }) => open[server] as number)]),
    ),
  };
}

function prefixSeries({ decisions }: PlanTrace, ideal: readonly number[], names: readonly string[]): Series {
  const every = Math.max(1, Math.ceil(decisions.length / POINTS));
  const { connections, errors } = prefixErrors(decisions, ideal, every);
  return {
    name: 'prefix error',
    xLabel: 'connections opened',
    yLabel: 'connections more than its share',
    x: connections,
    lines: Object.fromEntries(names.map((name, server) => [name, errors[server] as number[]])),
  };
}
