/** Judges the cases of a live session by a scripted conversation, as far as that can be. */
import { mkdir } from 'node:fs/promises';
import { writeCapture } from '../../lab/captures/write-capture.ts';
import type { CaseResult, LadderFlow } from '../../reports/result.ts';
import type { Evidence } from '../../scenarios/kit/session/evidence.ts';
import { type SessionCase, whyNotWith } from '../../scenarios/kit/session-case.ts';
import { asError, asSkipped, caseResult, type Judged, judgedBy } from '../run/case-result.ts';
import { evidenceDirectory } from '../run/evidence-directory.ts';
import { messageOf } from '../run/result-folder.ts';
import { saveSessionLadder } from '../run/session-ladder.ts';
import type { CaseRun } from './case-run.ts';
import { CONVERSATION_SCHEDULER, type Conversed, conversation, evidenceOf } from './conversation.ts';
import { askedOfSession, notDeclared } from './declared-needs.ts';
import { inTime } from './in-time.ts';
import type { CatalogueContext } from './run-cases.ts';
import { caseDirectory } from './saved-case.ts';

export interface ConversationRun extends CatalogueContext {
  readonly seed: number;
  /** A number that no case has: the conversation’s clients have addresses of their own. */
  readonly index: number;
}

/**
 * The results of these cases, in their order.
 *
 * @throws CaptureError if a capture cannot be written.
 */
export async function runConversation(
  scenarios: readonly SessionCase[],
  run: ConversationRun,
): Promise<CaseResult[]> {
  const needed = scenarios.some(
    (scenario) =>
      whyNotJudged(scenario) === undefined &&
      askedOfSession(scenario, run.mode, CONVERSATION_SCHEDULER, run.director).lacking.length === 0,
  );
  const conversed = needed ? await converse(run) : { evidence: 'nothing asked for it' };
  const { evidence } = conversed;
  const results: CaseResult[] = [];
  for (const scenario of scenarios) {
    const { mode, lab, director } = run;
    const tried = { mode, director: director.name, scheduler: CONVERSATION_SCHEDULER, lab };
    const { needs, level, check, lacking } = askedOfSession(scenario, mode, CONVERSATION_SCHEDULER, director);
    const judged =
      lacking.length > 0
        ? asSkipped(notDeclared(director, lacking))
        : inTime(conversed, judgementOf({ ...scenario, check }, evidence, run.resultDirectory));
    const result = {
      ...caseResult(scenario, tried, judged),
      ...((run.notesNeeds || !director.isOwn) && { needs, level }),
    };
    const flow = await flowOfFailed(result, evidence, evidenceDirectoryOf(run), run.resultDirectory);
    results.push(flow === undefined ? result : { ...result, flow });
  }
  return results;
}

export const NEEDS_REAL_SERVERS = 'needs real servers: lvs-lab bench';

function judgementOf(scenario: SessionCase, evidence: Evidence | string, resultDirectory: string): Judged {
  const reason = whyNotJudged(scenario);
  if (reason !== undefined) return asSkipped(reason);
  if (typeof evidence === 'string') return asError(evidence);
  return judgedBy(() => scenario.check(evidence), resultDirectory);
}

function whyNotJudged(scenario: SessionCase): string | undefined {
  return scenario.needsRealServers === true
    ? NEEDS_REAL_SERVERS
    : whyNotWith(scenario, CONVERSATION_SCHEDULER);
}

interface ConversationPlayed extends Pick<CaseRun, 'late'> {
  /** Or why there is none. */
  readonly evidence: Evidence | string;
}

/** Plays the conversation and keeps its captures. */
async function converse(run: ConversationRun): Promise<ConversationPlayed> {
  const directory = caseDirectory(evidenceDirectoryOf(run), `${run.mode}/conversation`);
  try {
    const { seen, played, error, late } = await run.player.play(conversation, {
      index: run.index,
      directory,
    });
    if (error !== undefined) return { evidence: `the conversation came to no end: ${messageOf(error)}` };
    const evidence = evidenceOf(seen, played as Conversed);
    await mkdir(directory, { recursive: true });
    for (const { file, packets } of evidence.captures) {
      await writeCapture(
        file,
        packets.map(({ time, bytes }) => ({ time, frame: bytes })),
      );
    }
    return { evidence, ...(late !== undefined && { late }) };
  } catch (error) {
    return { evidence: `the conversation could not be played: ${messageOf(error)}` };
  }
}

function evidenceDirectoryOf({ resultDirectory, director }: ConversationRun): string {
  return evidenceDirectory(resultDirectory, director);
}

async function flowOfFailed(
  { id, findings }: CaseResult,
  evidence: Evidence | string,
  directory: string,
  resultDirectory: string,
): Promise<LadderFlow | undefined> {
  if (typeof evidence === 'string' || findings.length === 0) return undefined;
  return saveSessionLadder(evidence, findings, `${caseDirectory(directory, id)}.pcap`, resultDirectory);
}
