/** Plays packet cases one after the other and judges them. */
import type { Mode } from '../../lab/index.ts';
import type { CaseResult, LabKind } from '../../reports/result.ts';
import type { PacketCase } from '../../scenarios/kit/packet-case.ts';
import { caseId } from '../../scenarios/kit/requirement.ts';
import { asError, asSkipped, caseResult, type Judged, judgedBy } from '../run/case-result.ts';
import { messageOf } from '../run/result-folder.ts';
import type { CaseRun } from './case-run.ts';
import { caseDirectory, saveCase } from './saved-case.ts';

/** A case with its place in the catalogue. */
export interface PlannedCase {
  readonly one: PacketCase;
  /** Its number in the catalogue, from which its clients’ addresses follow. */
  readonly index: number;
}

/**
 * Plays cases of one mode in one of the labs. What a case throws is in its play; what is thrown here is about the lab.
 * `directory` is where captures that findings name will be.
 */
export interface CasePlayer {
  play(
    one: Pick<PacketCase, 'play'>,
    place: { readonly index: number; readonly directory: string },
  ): Promise<CaseRun>;
}

export interface CatalogueContext {
  readonly mode: Mode;
  readonly lab: Exclude<LabKind, 'live'>;
  readonly director: string;
  readonly player: CasePlayer;
  /** Where the result file will lie. */
  readonly resultDirectory: string;
}

/** Whether it is skipped around a running director. */
export function takesLong({ one }: PlannedCase): boolean {
  return one.virtualTime === true;
}

/** Packet cases set up services of their own, with schedulers of their own. */
export const OWN_SCHEDULERS = 'various';

/** @throws CaptureError if a capture cannot be written. */
export async function runCase(planned: PlannedCase, run: CatalogueContext): Promise<CaseResult> {
  const { one, index } = planned;
  const { mode, player, resultDirectory } = run;
  const startedMs = performance.now();
  const result = (judged: Judged): CaseResult => ({
    ...caseResult(one, { mode, director: run.director, scheduler: OWN_SCHEDULERS, lab: run.lab }, judged),
    durationMs: performance.now() - startedMs,
  });
  if (run.lab === 'netns' && takesLong(planned)) return result(asSkipped(NEEDS_VIRTUAL_TIME));
  let play: CaseRun;
  try {
    play = await player.play(one, { index, directory: caseDirectory(resultDirectory, caseId(one, mode)) });
  } catch (error) {
    return result(asError(`it could not be played: ${messageOf(error)}`));
  }
  const judged = result(judgementOf(one, play, resultDirectory));
  return { ...judged, flow: await saveCase(play, judged, resultDirectory) };
}

/** Why a case is skipped in namespaces. */
export const NEEDS_VIRTUAL_TIME =
  'takes more time than one waits for: played in memory, where time is virtual (lvs-lab conformance)';

function judgementOf(one: PacketCase, { seen, played, error }: CaseRun, resultDirectory: string): Judged {
  if (error !== undefined) return asError(`it could not be played to its end: ${messageOf(error)}`);
  return judgedBy(() => one.check(seen, played), resultDirectory);
}
