/** One scheduler's turn in a network: plans and traffic are played, every link is captured, and cases are judged. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DirectorSnapshot } from '../../director/index.ts';
import type { CaptureFile } from '../../lab/index.ts';
import type { CaseResult, Session } from '../../reports/result.ts';
import type { FairnessResult } from '../../reports/result-figures.ts';
import { decisionsOf } from '../../scenarios/kit/session/decisions.ts';
import { Evidence } from '../../scenarios/kit/session/evidence.ts';
import type { TrafficObserved } from '../../scenarios/kit/session/observed-traffic.ts';
import {
  type Endpoint,
  type ServiceUnderTest,
  serviceUnderTest,
} from '../../scenarios/kit/session/service-under-test.ts';
import type { ConnectionLoads } from '../../scenarios/models/connection-loads.ts';
import { caseDirectory } from '../conformance/saved-case.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import type { HostFacts } from '../diagnosis/host-facts.ts';
import { siteOfLab } from '../diagnosis/lab-site.ts';
import { evidenceDirectory } from '../run/evidence-directory.ts';
import { saveSessionLadder } from '../run/session-ladder.ts';
import type { Load } from '../traffic/context.ts';
import { runProbe } from '../traffic/probe.ts';
import { runTraffic } from '../traffic/run-traffic.ts';
import { readWhole } from './captures.ts';
import { countedSince } from './counted-since.ts';
import { judge } from './judge.ts';
import type { LiveLab } from './live-lab.ts';
import type { Round } from './networks.ts';
import { observedPath } from './observed-path.ts';
import { savePathCapture } from './path-capture.ts';
import { isSteady, type PlanContext, planOf, playPlan, playQueues, within } from './plans.ts';
import { sessionRecord } from './session-record.ts';
import { CLIENTS_PREFIX } from './topology.ts';

/** What all rounds in a network have in common. */
export interface RoundContext extends PlanContext {
  readonly live: LiveLab;
  /** Where the result file will lie. */
  readonly resultDirectory: string;
  readonly load: Load;
  /** Of the servers that a scheduler's traffic goes to, in turn. */
  readonly weightsFor: (scheduler: string) => readonly number[];
  /** Whether the network was broken on purpose, so that a little traffic must do. */
  readonly isBroken: boolean;
  readonly loads: ConnectionLoads;
  readonly onFairness: (results: readonly FairnessResult[]) => void;
}

/** What a round has left to be judged. */
export interface PlayedRound {
  readonly round: Round;
  readonly directory: string;
  readonly service: ServiceUnderTest;
  readonly traffic: TrafficObserved;
  readonly files: readonly CaptureFile[];
  /** Absent where it does not count. */
  readonly director: DirectorSnapshot | undefined;
  readonly facts: ReadonlyMap<string, HostFacts>;
  readonly isFirst: boolean;
}

export interface JudgedRound {
  readonly session: Session;
  readonly cases: CaseResult[];
}

/**
 * Plays a round's plans, those first whose packets cannot be judged, and then the traffic of its cases.
 *
 * @param number Of the rounds with cases in this network: the first one, 0, sets the services up.
 * @returns undefined where no cases were asked for.
 * @throws UntrustedError, LabError, CaptureError where it leaves no evidence.
 */
export async function playRound(
  round: Round,
  number: number,
  context: RoundContext,
): Promise<PlayedRound | undefined> {
  const { live, resultDirectory, onFairness, step, seed, load, isBroken } = context;
  const plans = round.jobs.flatMap((job) => ('contender' in job ? [{ job, plan: planOf(job, seed) }] : []));
  for (const { job, plan } of plans.filter((one) => !isSteady(one.plan))) {
    onFairness([(await playPlan(job, plan, live, context)).result]);
  }
  for (const job of round.jobs) if (!('contender' in job)) onFairness(await playQueues(job, live, context));
  const steady = plans.filter((one) => isSteady(one.plan));
  const playSteady = async (): Promise<Endpoint[]> => {
    const endpoints: Endpoint[] = [];
    for (const { job, plan } of steady) {
      const { result, endpoint } = await playPlan(job, plan, live, context);
      onFairness([result]);
      endpoints.push(endpoint);
    }
    return endpoints;
  };
  if (round.scenarios.length === 0) {
    await playSteady();
    return undefined;
  }
  const { lab } = live;
  const isFirst = number === 0;
  const weights = context.weightsFor(round.scheduler);
  const service = serviceUnderTest(lab.topology, round.scheduler, weights, {
    isEdited: !isFirst,
    hasUdp: round.director.protocols.includes('udp'),
  });
  const directory = join(
    evidenceDirectory(resultDirectory, round.director),
    `${round.mode}-${round.scheduler}`,
  );
  await mkdir(directory, { recursive: true });
  await live.prepareRound(number);
  if (steady.length < plans.length) await live.dropCaptures();
  await live.apply(isFirst ? service.rules : service.changes);
  const counts = live.director.snapshot !== undefined;
  const before = counts ? await live.snapshot() : undefined;
  const endpoints = await playSteady();
  const session = `visitor-${seed}-${round.scheduler}`;
  const to = { lab, client: lab.host('client'), loads: live.loads, service, load, seed, session };
  const traffic = await live.untilFailure(isBroken ? runProbe(to) : runTraffic(to, step));
  const facts = await live.facts();
  step('ending the captures');
  const files = await live.cutCaptures(join(directory, 'captures'));
  const director = before && countedSince(before, await live.snapshot());
  if (director !== undefined) {
    await writeFile(join(directory, 'director.json'), `${JSON.stringify(director, null, 2)}\n`);
  }
  await writeFile(join(directory, 'rules'), `${service.rules.join('\n')}\n`);
  const withPlans = {
    ...service,
    endpoints: [...service.endpoints, ...endpoints],
    isOtherClient: within(CLIENTS_PREFIX),
  };
  return { round, directory, service: withPlans, traffic, files, director, facts, isFirst };
}

/**
 * Judges rounds of one network in the order in which they were played.
 *
 * @throws UntrustedError, CaptureError where a capture is not whole.
 */
export async function judgeRound(
  { round, directory, service, traffic, files, director, facts, isFirst }: PlayedRound,
  { live, loads, resultDirectory }: RoundContext,
): Promise<JudgedRound> {
  const { topology, decapsulation } = live.lab;
  const { scheduler, scenarios } = round;
  const captures = await Promise.all(files.map(readWhole));
  const evidence = new Evidence({ scheduler, topology, service, captures, traffic, director, loads });
  // Whatever is judged: the next round's connections meet those of this one.
  decisionsOf(evidence);
  const judged = scenarios.map((scenario) => judge(scenario, round, evidence, resultDirectory));
  const cases = await Promise.all(
    judged.map(async (one): Promise<CaseResult> => {
      const file = `${caseDirectory(directory, one.id)}.pcap`;
      const flow = await saveSessionLadder(evidence, one.findings, file, resultDirectory);
      return flow === undefined ? one : { ...one, flow };
    }),
  );
  const path = observedPath(evidence);
  const pathCapture = join(directory, 'connection.pcap');
  const session = sessionRecord(round, evidence, {
    resultDirectory,
    path,
    pathCapture: (await savePathCapture(evidence, path, pathCapture)) ? pathCapture : undefined,
    files: [
      join(directory, 'rules'),
      ...(director === undefined ? [] : [join(directory, 'director.json')]),
      join(live.lab.runDirectory, 'logs'),
    ],
    decapsulation,
    bringUpMs: isFirst ? live.bringUpMs : undefined,
    misconfigurations: diagnose(siteOfLab(topology, service, captures, facts)),
  });
  return { session, cases };
}
