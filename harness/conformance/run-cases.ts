/** Plays packet cases one after the other and judges them. */
import type { Mode } from '../../lab/index.ts';
import type { CaseResult, LabKind } from '../../reports/result.ts';
import { finding } from '../../scenarios/kit/finding.ts';
import type { PacketCase } from '../../scenarios/kit/packet-case.ts';
import { caseId } from '../../scenarios/kit/requirement.ts';
import type { DirectorUnderTest } from '../directors/director-under-test.ts';
import { asError, asFailed, asSkipped, caseResult, type Judged, judgedBy } from '../run/case-result.ts';
import { evidenceDirectory } from '../run/evidence-directory.ts';
import { messageOf } from '../run/result-folder.ts';
import type { CaseRun } from './case-run.ts';
import { askedOf, notDeclared } from './declared-needs.ts';
import { inTime } from './in-time.ts';
import type { PlannedCase } from './planned-case.ts';
import { caseDirectory, saveCase } from './saved-case.ts';
import { EndlessTrafficError, OutOfReachError } from './stage-commands.ts';

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
  readonly director: DirectorUnderTest;
  /** Whether what cases need is noted of this repository’s director too, which has it all; of others it always is. */
  readonly notesNeeds?: boolean;
  readonly player: CasePlayer;
  /** As `DirectorUnderTest.knownDifferences`. */
  readonly knownDifferences?: ReadonlyMap<string, string>;
  /** Where the result file will lie. */
  readonly resultDirectory: string;
}

/** Whether it is skipped around a running director that goes by this machine's clock. */
export function takesLong({ one }: PlannedCase): boolean {
  return one.virtualTime === true;
}

/** Packet cases set up services of their own, with schedulers of their own. */
export const OWN_SCHEDULERS = 'various';

/** @throws CaptureError if a capture cannot be written. */
export async function runCase(planned: PlannedCase, run: CatalogueContext): Promise<CaseResult> {
  const { one, index } = planned;
  const { mode, lab, director, player, resultDirectory } = run;
  const startedMs = performance.now();
  const asked = run.notesNeeds || !director.isOwn ? await askedOf(planned, mode, director) : undefined;
  const { check, lacking } = asked ?? { check: one.check, lacking: [] };
  const result = (judged: Judged): CaseResult => ({
    ...caseResult(one, { mode, director: director.name, scheduler: OWN_SCHEDULERS, lab }, judged),
    ...(asked && { needs: asked.needs, level: asked.level }),
    durationMs: performance.now() - startedMs,
  });
  if (lacking.length > 0) return result(asSkipped(notDeclared(director, lacking)));
  if (run.lab === 'netns' && takesLong(planned) && director.setsClock !== true) {
    return result(asSkipped(NEEDS_VIRTUAL_TIME));
  }
  const directory = caseDirectory(evidenceDirectory(resultDirectory, director), caseId(one, mode));
  let play: CaseRun;
  let found: Judged;
  try {
    for (let tries = 1; ; tries++) {
      play = await player.play(one, { index, directory });
      found = judgementOf(check, play, resultDirectory);
      if (tries === MOST_TRIES || play.late === undefined || found.status !== 'failed') break;
    }
  } catch (error) {
    return result(asError(`it could not be played: ${messageOf(error)}`));
  }
  const known = run.knownDifferences?.get(caseId(one, mode));
  const judged = result(heldAgainst(known, inTime(play, found)));
  return { ...judged, flow: await saveCase(play, judged, directory, resultDirectory) };
}

/** As often is a case played that fails while the machine is too busy for what goes by time. */
const MOST_TRIES = 3;

/** A failure that is known is no news: it is shown with what was found, and left out of the verdict. */
function heldAgainst(known: string | undefined, judged: Judged): Judged {
  if (known === undefined || judged.status !== 'failed') return judged;
  return { ...judged, status: 'skipped', reason: `${KNOWN_DIFFERENCE}${known}` };
}

/** What the reason begins with where a case fails as a ledger says. */
export const KNOWN_DIFFERENCE = 'known difference: ';

/** Why a case is skipped in namespaces. */
export const NEEDS_VIRTUAL_TIME =
  'takes more time than one waits for: played in memory, where time is virtual (lvs-lab conformance)';

function judgementOf(
  check: PacketCase['check'],
  { seen, played, error }: CaseRun,
  resultDirectory: string,
): Judged {
  if (error instanceof OutOfReachError) return asSkipped(error.message);
  if (error instanceof EndlessTrafficError) return asFailed(finding(error.message));
  if (error !== undefined) return asError(`it could not be played to its end: ${messageOf(error)}`);
  return judgedBy(() => check(seen, played), resultDirectory);
}
