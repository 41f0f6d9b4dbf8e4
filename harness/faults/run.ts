/** Makes every fault in every mode while traffic is flowing, and compares what becomes of it with what IPVS promises. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Mode } from '../../lab/index.ts';
import { MODES } from '../../lab/modes.ts';
import type { FaultResult } from '../../reports/result-fault.ts';
import { type FaultOutcome, judgeFault } from '../../scenarios/faults/judge.ts';
import { FAULT_MODELS, FAULT_NAMES, type FaultName, promisesSilence } from '../../scenarios/faults/model.ts';
import { type ObservedConnection, TRAFFIC_KINDS } from '../../scenarios/faults/observation.ts';
import { uniteOutcomes } from '../../scenarios/faults/repeated.ts';
import type { DirectorUnderTest } from '../directors/director-under-test.ts';
import { ownDirector } from '../directors/index.ts';
import type { RunRecorder } from '../run/recorder.ts';
import { sideBySide } from '../run/side-by-side.ts';
import { type ClientOrder, type FaultLoad, type Opened, USUAL_LOAD } from './client-orders.ts';
import { INJECTIONS } from './injections.ts';
import { whyNoTraffic, whyNotPlayed } from './means.ts';
import { targetOf } from './services.ts';
import { FaultStage } from './stage.ts';

export interface FaultSelection {
  readonly modes: readonly Mode[];
  readonly faults: readonly FaultName[];
  /** For what is random in the directors' scheduling. */
  readonly seed: number;
  /** Connections and flows that are open, instead of the usual ones. */
  readonly load?: FaultLoad;
  /** How often each fault is made; once if absent. */
  readonly repeats?: number;
  /** This repository's alone if absent. */
  readonly directors?: readonly DirectorUnderTest[];
}

export interface FaultOptions extends FaultSelection {
  /** Folder for logs, one for each network in it. */
  readonly outDirectory: string;
  /** Told what is being done. */
  readonly step: (text: string) => void;
  /** How long connections have to go on after a fault, instead of the usual time. */
  readonly recoveryMs?: number;
}

/** How long traffic flows once a fault is made. */
const AFTER_MS = 600;
/** Networks at the same time in each mode, as faults are mostly waited for. Each takes some seconds of work to bring up. */
const MOST_NETWORKS = 2;
const FAULTS_PER_NETWORK = 5;
/** How long connections have to go on after a fault that has passed: TCP may wait as long again as the fault took. */
const LONGEST_RECOVERY_MS = 12_000;

/** The faults that a profile makes: all of them, or in a quick run a few. */
export function faultsIn(profile: string): FaultName[] {
  return FAULT_NAMES.filter((name) => profile !== 'quick' || FAULT_MODELS[name].isInQuick);
}

/** Every cell of the table, the modes at the same time. What could not be played is among them with the reason. */
export async function runFaults(options: FaultOptions): Promise<FaultResult[]> {
  const { modes, directors = [ownDirector] } = options;
  const results: FaultResult[] = [];
  for (const director of directors) {
    const unavailable = await director.unavailable();
    const own = modes.filter((mode) => director.modes.includes(mode));
    const found = own.map((mode) =>
      unavailable === undefined
        ? playMode(mode, director, options)
        : notPlayed(options.faults, mode, director, 'skipped', unavailable),
    );
    results.push(...(await Promise.all(found)).flat());
  }
  return results;
}

/** In several networks at the same time, each of which makes the next fault when it is done with one. */
async function playMode(
  mode: Mode,
  director: DirectorUnderTest,
  options: FaultOptions,
): Promise<FaultResult[]> {
  const { faults, seed } = options;
  const results: FaultResult[] = [];
  // No AsyncDisposableStack: Node 22 has none.
  const stages: FaultStage[] = [];
  try {
    const networks = Math.min(
      mostNetworks(director, options.modes),
      Math.ceil(faults.length / FAULTS_PER_NETWORK),
    );
    const bringUp = async (_: unknown, i: number) => {
      const name = [mode, director.name, ...(i === 0 ? [] : [i + 1])].join('-');
      const runDirectory = join(options.outDirectory, name);
      const stage = await FaultStage.bringUp({ mode, director, seed, runDirectory });
      stages.push(stage);
      return stage;
    };
    const up = await Promise.allSettled(Array.from({ length: networks }, bringUp));
    const players = up.map((one) => {
      if (one.status === 'rejected') throw one.reason;
      return (fault: FaultName) => playFault(one.value, fault, mode, director, options);
    });
    for await (const found of sideBySide(faults, players)) results.push(...found);
    return results;
  } catch (error) {
    const played = new Set(results.map(({ fault }) => fault));
    const others = faults.filter((fault) => !played.has(fault));
    return [...results, ...notPlayed(others, mode, director, 'error', wordsOf(error))];
  } finally {
    await Promise.all(stages.map((stage) => stage[Symbol.asyncDispose]()));
  }
}

/** Of one mode at the same time: emulated machines that there are no processors for only make each other slower. */
function mostNetworks({ isEmulated }: DirectorUnderTest, modes: readonly Mode[]): number {
  return isEmulated === true
    ? Math.min(MOST_NETWORKS, Math.ceil(availableParallelism() / modes.length))
    : MOST_NETWORKS;
}

/** One fault as often as it is asked for. */
async function playFault(
  stage: FaultStage,
  fault: FaultName,
  mode: Mode,
  director: DirectorUnderTest,
  options: FaultOptions,
): Promise<FaultResult[]> {
  const { step, repeats = 1 } = options;
  try {
    const unsupported = whyNotPlayed(fault, INJECTIONS[fault].means, director, stage.director);
    if (unsupported !== undefined) {
      step(`${mode}: ${FAULT_MODELS[fault].title}: ${unsupported}`);
      return notPlayed([fault], mode, director, 'skipped', unsupported).map(asUnsupported);
    }
    const goes: FaultOutcome[][] = [];
    for (let go = 1; go <= repeats; go++) {
      step(`${mode}: ${FAULT_MODELS[fault].title}${repeats > 1 ? `, ${go} of ${repeats}` : ''}`);
      const { victim, seen } = await play(stage, fault, options);
      goes.push(TRAFFIC_KINDS.map((traffic) => judgeFault(fault, traffic, victim, seen)));
    }
    return TRAFFIC_KINDS.flatMap((traffic, i) => {
      const missing = whyNoTraffic(traffic, director);
      if (missing !== undefined) {
        return notPlayed([fault], mode, director, 'skipped', missing)
          .filter((one) => one.traffic === traffic)
          .map(asUnsupported);
      }
      const [first, ...more] = goes.flatMap((outcomes) => outcomes[i] ?? []);
      return first === undefined ? [] : [resultOf(fault, mode, director, uniteOutcomes([first, ...more]))];
    });
  } catch (error) {
    return notPlayed([fault], mode, director, 'error', wordsOf(error));
  }
}

async function play(
  stage: FaultStage,
  fault: FaultName,
  { load = USUAL_LOAD, recoveryMs = LONGEST_RECOVERY_MS }: FaultOptions,
): Promise<{ readonly victim: string; readonly seen: readonly ObservedConnection[] }> {
  const model = FAULT_MODELS[fault];
  const { inject, undo } = INJECTIONS[fault];
  const ask = <Reply>(order: ClientOrder) => stage.client.ask<Reply>(order);
  await stage.prepare(model);
  const flows = stage.balanced.protocols.includes('udp') ? load.flows : 0;
  const target = targetOf(stage.lab.topology);
  const goesOn = model.hits === 'director';
  const { victim } = await ask<Opened>({ order: 'open', target, load: { ...load, flows }, goesOn });
  try {
    // New connections show the state that lasts, or what a fault that passes does to them.
    if (!model.lasts) await ask({ order: 'mark' });
    await inject(stage, victim);
    if (model.lasts) await ask({ order: 'mark' });
    await sleep(AFTER_MS);
    const silent = promisesSilence(fault) ? { silentServer: victim } : {};
    const finish = { order: 'finish', graceMs: recoveryMs, ...silent } as const;
    return { victim, seen: await ask<ObservedConnection[]>(finish) };
  } finally {
    await undo?.(stage, victim);
  }
}

function resultOf(
  fault: FaultName,
  mode: Mode,
  { name }: DirectorUnderTest,
  outcome: FaultOutcome,
): FaultResult {
  const { title } = FAULT_MODELS[fault];
  return { id: `faults/${fault}/${mode}/${outcome.traffic}`, fault, title, mode, director: name, ...outcome };
}

function notPlayed(
  faults: readonly FaultName[],
  mode: Mode,
  director: DirectorUnderTest,
  status: 'skipped' | 'error',
  reason: string,
): FaultResult[] {
  return faults.flatMap((fault) =>
    TRAFFIC_KINDS.map((traffic) => ({
      ...resultOf(fault, mode, director, judgeFault(fault, traffic, '', [])),
      status,
      reason,
    })),
  );
}

function asUnsupported(result: FaultResult): FaultResult {
  return { ...result, isUnsupported: true };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Makes faults as part of a run, and records what became of the traffic in the run's result. */
export async function recordFaults(recorder: RunRecorder, selection: FaultSelection): Promise<void> {
  const { modes, faults, repeats = 1, directors = [ownDirector] } = selection;
  const played = directors.flatMap((one) => modes.filter((mode) => one.modes.includes(mode)));
  const faultBegins = recorder.timeLeft.counting('faults', played.length * faults.length * repeats);
  const results = await runFaults({
    ...selection,
    outDirectory: join(recorder.directory, 'faults'),
    step: (text) => {
      faultBegins();
      recorder.terminal.step(text);
    },
  });
  recorder.figures.faults = results;
  recorder.notCovered.push(
    ...directors.flatMap((director) => modesLeftOut(director, modes)),
    ...unsupportedIn(results),
  );
  recorder.timeLeft.ended('faults');
}

function modesLeftOut({ name, modes: own }: DirectorUnderTest, modes: readonly Mode[]): string[] {
  const others = modes.filter((mode) => !own.includes(mode)).map((mode) => MODES[mode].label);
  return others.length === 0
    ? []
    : [`No faults were made with ${name} in ${others.join(', ')}: not declared.`];
}

/** A sentence for each reason. */
function unsupportedIn(results: readonly FaultResult[]): string[] {
  const byReason = Map.groupBy(
    results.filter(({ isUnsupported }) => isUnsupported),
    ({ reason = '' }) => reason,
  );
  return [...byReason].map(([reason, own]) => {
    const isAll = own.every(({ traffic }) => traffic === own[0]?.traffic);
    const names = [...new Set(own.map(({ fault }) => fault))].join(', ');
    return `Faults ${names}${isAll ? `, ${own[0]?.traffic}` : ''}: ${reason}.`;
  });
}
