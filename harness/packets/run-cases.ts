/** Plays packet cases one after the other and judges them. */
import type { Mode } from '../../lab/index.ts';
import type { CaseResult, LabKind } from '../../reports/result.ts';
import { caseId } from '../requirement.ts';
import { asError, asSkipped, caseResult, type Judged, judgedBy } from '../run/case-result.ts';
import { messageOf } from '../run/result-folder.ts';
import type { PacketCase } from './packet-case.ts';
import type { Play } from './play.ts';
import { caseDirectory, saveCase } from './saved-case.ts';

/** A case of the catalogue in one mode. */
export interface PlannedCase {
  readonly one: PacketCase;
  readonly mode: Mode;
  /** Its number in the catalogue, from which its clients’ addresses follow. */
  readonly index: number;
}

/** Plays a case in one of the labs. `directory` is where captures that findings name will be. */
export type PlayCase = (planned: PlannedCase, directory: string) => Promise<Play>;

export interface CaseRun {
  readonly lab: Exclude<LabKind, 'live'>;
  readonly director: string;
  readonly play: PlayCase;
  /** Where the result file will lie. */
  readonly resultDirectory: string;
}

/** Packet cases set up services of their own, with schedulers of their own. */
export const OWN_SCHEDULERS = 'various';

/** @throws CaptureError if a capture cannot be written. */
export async function runCase(planned: PlannedCase, run: CaseRun): Promise<CaseResult> {
  const { one, mode } = planned;
  const startedMs = performance.now();
  const result = (judged: Judged): CaseResult => ({
    ...caseResult(one, { mode, director: run.director, scheduler: OWN_SCHEDULERS, lab: run.lab }, judged),
    durationMs: performance.now() - startedMs,
  });
  if (run.lab === 'netns' && one.virtualTime === true) return result(asSkipped(NEEDS_VIRTUAL_TIME));
  let play: Play;
  try {
    play = await run.play(planned, caseDirectory(run.resultDirectory, caseId(one, mode)));
  } catch (error) {
    return result(asError(`it could not be played: ${messageOf(error)}`));
  }
  const judged = result(judgementOf(one, play, run.resultDirectory));
  return { ...judged, flow: await saveCase(play, judged, run.resultDirectory) };
}

const NEEDS_VIRTUAL_TIME =
  'takes more time than one waits for; it is played in memory, where time is virtual: lvs-lab conformance';

function judgementOf(one: PacketCase, { seen, played, error }: Play, resultDirectory: string): Judged {
  if (error !== undefined) return asError(`it could not be played to its end: ${messageOf(error)}`);
  return judgedBy(() => one.check(seen, played), resultDirectory);
}
