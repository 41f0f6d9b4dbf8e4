/** A whole bench: rounds of live traffic, the cases played packet by packet, then the figures. */
import type { Lab } from '../../lab/index.ts';
import type { CaseResult, Session } from '../../reports/result.ts';
import type { Terminal } from '../../reports/terminal.ts';
import { type SessionCase, whyNotWith } from '../../scenarios/kit/session-case.ts';
import { counted } from '../../statistics/number-text.ts';
import { sum } from '../../statistics/shares.ts';
import { PacketsBeside } from '../conformance/beside/packets-beside.ts';
import { CONVERSATION_INDEX, selectingNothing } from '../conformance/catalogue.ts';
import { contractCases } from '../conformance/contract-cases.ts';
import { askedOfSession, notDeclared } from '../conformance/declared-needs.ts';
import { unsupportedIn, untriedFeatures } from '../conformance/features-tried.ts';
import type { ModePlan } from '../conformance/play-plans.ts';
import { runModes } from '../conformance/run-catalogue.ts';
import type { DirectorUnderTest } from '../directors/director-under-test.ts';
import { ownDirector } from '../directors/index.ts';
import { installed } from '../environment/installation.ts';
import { type Jobs, jobsFor } from '../fairness/jobs.ts';
import { addFairness, recordFairness } from '../fairness/run.ts';
import { faultsIn, recordFaults } from '../faults/run.ts';
import { skipped } from '../live/judge.ts';
import { networksOf, type PlannedNetwork, type Round } from '../live/networks.ts';
import { unplayed } from '../live/plans.ts';
import { runRounds } from '../live/run-rounds.ts';
import { heapFigures } from '../micro/allocation.ts';
import { type Interruption, recordRun } from '../run/record-run.ts';
import type { RunRecorder } from '../run/recorder.ts';
import { sharedParts, sharedPlans } from '../run/shared-plans.ts';
import { recordSoak, SOAK_IN_BENCH_MS } from '../soak/run.ts';
import { recordThroughput } from '../throughput/run.ts';
import { EXPECTED_SECONDS } from './expected-time.ts';
import { type BenchOptions, type Part, weightsFor } from './options.ts';
import { type PlannedPackets, type PlannedRun, planRun } from './plan.ts';
import { unmet } from './required.ts';

/** Runs the bench and writes its results. Resolves with the exit code. */
export function runBench(options: BenchOptions, terminal: Terminal): Promise<number> {
  return recordRun(options, terminal, async (recorder, interruption) => {
    const { directors = [ownDirector] } = options;
    const unavailable = await recorder.lookForDirectors(directors);
    const contract = directors.flatMap((director) => contractCases(director).map(({ one }) => one));
    recorder.problems.push(...selectingNothing(options.grep, options.modes, 'bench --list', contract));
    // Reject unknown ids before running anything.
    if (recorder.problems.length > 0) return;
    const parts = sharedParts(partsFor(options.parts, directors, recorder), options.shard);
    const { modes, fairnessSchedulers: schedulers, profile, seed, fairnessSetup } = options;
    const selection = { modes, schedulers, profile, seed, ...fairnessSetup };
    // This repository's director plays them in the rounds of its cases, the others in networks of their own.
    const isOwnMeasured = parts.includes('fairness') && directors.some(({ isOwn }) => isOwn);
    const jobs = isOwnMeasured ? jobsFor(selection) : NO_JOBS;
    const { sessions, packets, leftOut, sampled } = parts.includes('conformance')
      ? planRun(options)
      : NOTHING;
    if (leftOut > 0)
      recorder.notCovered.push(
        `${counted(leftOut, 'case')} at scale: lvs-lab conformance and the default profile play them.`,
      );
    if (sampled > 0)
      recorder.notCovered.push(
        `${counted(sampled, 'case')} around the running director: played in memory, and there in another mode. The default profile plays them there in every mode.`,
      );
    const networks = networksOf(sharedPlans(sessions, options.shard), jobs.live);
    const plans = sharedPlans(packets, options.shard).map((one) => packetPlan(one, options.seed));
    const { timeLeft, terminal } = recorder;
    const rounds = sum(networks.map((one) => one.rounds.length));
    const costs = EXPECTED_SECONDS[profile];
    const liveSeconds = rounds * costs.round;
    timeLeft.plan('live', liveSeconds);
    for (const part of parts) timeLeft.plan(part, partSeconds(part, directors, options));
    const roundBegins = timeLeft.counting('live', rounds);
    const ownPlans = plans.filter(({ director }) => director.isOwn);
    // Live traffic is mostly waited for: meanwhile cases are played packet by packet.
    const isBeside = rounds > 0 && ownPlans.length > 0;
    const packetSeconds = sum(plans.map(({ cases }) => cases.length)) * costs.packetCase;
    timeLeft.plan('packets', isBeside ? Math.max(0, packetSeconds - liveSeconds) : packetSeconds);
    await using beside = isBeside ? new PacketsBeside(ownPlans, options.seed, recorder.directory) : undefined;
    for (const network of networks) {
      if (interruption.isInterrupted) return;
      const reason = unavailable.get(network.director.name);
      await runNetwork(network, options, reason, recorder, interruption, roundBegins);
    }
    timeLeft.ended('live');
    // What is left of it is sums in this process: the cases beside go on meanwhile.
    if (parts.includes('fairness') && !interruption.isInterrupted) {
      terminal.partStarted('fairness');
      for (const director of directors) {
        const own = modes.filter((mode) => director.modes.includes(mode));
        await recordFairness(recorder, { ...selection, director, modes: own, isPlayedLive: director.isOwn });
      }
      timeLeft.ended('fairness');
    }
    if (interruption.isInterrupted) return;
    for (const director of directors) {
      if (unavailable.has(director.name)) continue;
      const own = plans.filter((plan) => plan.director === director);
      const play = director.isOwn ? beside?.play : undefined;
      if (own.length > 0) await runModes(own, recorder, interruption, play);
      recorder.notCovered.push(...unsupportedIn(director, recorder.cases));
      recorder.problems.push(...untriedFeatures(director, recorder.cases));
    }
    // Its memory goes back before anything is timed.
    await beside?.[Symbol.asyncDispose]();
    timeLeft.ended('packets');
    if (parts.includes('faults') && !interruption.isInterrupted) {
      terminal.partStarted('faults');
      await recordFaults(recorder, { modes, faults: faultsIn(profile), seed });
    }
    if (profile === 'full' && parts.includes('conformance') && !interruption.isInterrupted) {
      const soak = { modes: modes.slice(0, 1), durationMs: SOAK_IN_BENCH_MS, seed };
      await recordSoak(recorder, soak, interruption);
    }
    if (parts.includes('throughput') && !interruption.isInterrupted) {
      terminal.partStarted('throughput');
      await recordThroughput(recorder, { directors, modes, profile, seed });
      terminal.step('measuring heap per packet');
      recorder.figures.micro = await heapFigures();
    }
    const { required } = options;
    recorder.problems.push(...unmet(required, { lab: 'live', directors, cases: recorder.cases }));
  });
}

/** Of a part that is no live traffic: what it takes on an idle machine. */
function partSeconds(
  part: Part,
  directors: readonly DirectorUnderTest[],
  { profile, modes, fairnessSchedulers }: BenchOptions,
): number {
  const { fault, fairness, round, throughput } = EXPECTED_SECONDS[profile];
  const fairnessOf = ({ isOwn, declared }: DirectorUnderTest) => {
    if (isOwn) return fairness;
    const played = fairnessSchedulers.filter((name) => Object.hasOwn(declared.schedulers, name));
    return modes.filter((mode) => declared.modes.includes(mode)).length * played.length * round;
  };
  const seconds: Readonly<Record<Part, number>> = {
    conformance: 0,
    fairness: sum(directors.map(fairnessOf)),
    faults: faultsIn(profile).length * modes.length * fault,
    throughput: modes.length * throughput,
  };
  return seconds[part];
}

const OWN_PART: Part = 'faults';

/** The part that only this repository’s director can play is left out, with a word about it, where that is not tested. */
function partsFor(
  parts: readonly Part[],
  directors: readonly DirectorUnderTest[],
  { notCovered }: RunRecorder,
): readonly Part[] {
  const others = directors.filter(({ isOwn }) => !isOwn).map(({ name }) => name);
  if (others.length === 0) return parts;
  if (parts.includes(OWN_PART))
    notCovered.push(
      `Not played with ${others.join(', ')}: ${OWN_PART}, as they are settings and restarts of ${ownDirector.name}.`,
    );
  return others.length < directors.length ? parts : parts.filter((part) => part !== OWN_PART);
}

const NO_JOBS: Pick<Jobs, 'live'> = { live: new Map() };
const NOTHING: PlannedRun = { sessions: [], packets: [], leftOut: 0, sampled: 0 };

function packetPlan({ mode, director, lab, cases }: PlannedPackets, seed: number): ModePlan {
  const conversationIndex = CONVERSATION_INDEX;
  return { mode, lab, director, seed, cases, scenarios: [], conversationIndex };
}

async function runNetwork(
  { mode, director, rounds }: PlannedNetwork,
  options: BenchOptions,
  unavailable: string | undefined,
  recorder: RunRecorder,
  interruption: Interruption,
  roundBegins: () => void,
): Promise<void> {
  const { terminal } = recorder;
  let current: Round | undefined;
  const show = (round: Round, cases: readonly CaseResult[], session?: Session) => {
    if (session !== undefined) recorder.sessions.push(session);
    if (cases.length === 0) return;
    terminal.sessionStarted({ ...round, director: director.name });
    for (const one of cases) recorder.caseDone(one);
    if (interruption.isInterrupted) return;
    terminal.sessionDone();
    // While a round is judged, the next one is under way.
    if (current !== undefined && current !== round)
      terminal.sessionStarted({ ...current, director: director.name });
  };
  const whyNot = (scenario: SessionCase, { scheduler }: Round) => {
    const { lacking } = askedOfSession(scenario, mode, scheduler, director);
    return (
      unavailable ??
      whyNotWith(scenario, scheduler) ??
      (lacking.length > 0 ? notDeclared(director, lacking) : undefined)
    );
  };
  const skip = (round: Round) =>
    show(
      round,
      round.scenarios.map((scenario) => skipped(scenario, round, whyNot(scenario, round) ?? '')),
    );
  if (unavailable !== undefined) {
    for (const round of rounds) skip(round);
    const jobs = rounds.flatMap((round) => round.jobs);
    addFairness(
      recorder,
      jobs.flatMap((job) => unplayed(job, director.name, 'skipped', unavailable)),
      options.fairnessSetup.scenarios,
    );
    return;
  }
  // Traffic that no case could be judged from is not sent.
  const judgeable = rounds.map((round) => {
    if (round.scenarios.some((scenario) => whyNot(scenario, round) === undefined)) return round;
    skip(round);
    return { ...round, scenarios: [] };
  });
  const { servers, seed, load, broken, keep } = options;
  await runRounds(
    {
      ...{ mode, director, servers, seed, load, broken, keep },
      rounds: judgeable.filter(({ scenarios, jobs }) => scenarios.length + jobs.length > 0),
      weightsFor: (scheduler) => weightsFor(options, scheduler),
      resultDirectory: recorder.directory,
      isInterrupted: () => interruption.isInterrupted,
    },
    {
      step: (text) => terminal.step(text),
      roundStarted: (round) => {
        current = round;
        roundBegins();
        terminal.sessionStarted({ ...round, director: director.name });
      },
      fairness: (results) => addFairness(recorder, results, options.fairnessSetup.scenarios),
      judged: show,
      problem: (round, reason) => recorder.problems.push(`${mode} with ${round.scheduler}: ${reason}`),
      kept: (lab) => recorder.closingMessages.push(explanationOf(lab)),
    },
  );
}

/** What can be done with a lab that is kept. */
function explanationOf(lab: Lab): string {
  const { vip, title } = lab.topology;
  const inside = (host: string, words: string) => `ip netns exec ${lab.host(host).namespace} ${words}`;
  return (
    `\nLab ${lab.id} (${title}) is still up, VIP ${vip}:\n` +
    `  see the rules:  ${inside('director', `${installed('bin', 'ipvsadm')} -Ln`)}\n` +
    `  ask the VIP:    ${inside('client', `curl http://${vip}/`)}\n` +
    `  enter a host:   ${lab.enterCommand('client')}\n` +
    `  take it down:   ${installed('bin', 'lvs-lab')} lab remove ${lab.id}\n`
  );
}
