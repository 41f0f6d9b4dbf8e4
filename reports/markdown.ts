import { counted } from '../statistics/number-text.ts';
import { duration, wallTime } from './format.ts';
import { acrossModesBlocks, adviceBlocks, definitionBlocks, fairnessBlocks } from './markdown/fairness.ts';
import { matrixBlocks } from './markdown/matrix.ts';
import {
  faultBlocks,
  floodBlocks,
  generatedBlocks,
  microBlocks,
  mutantBlocks,
  replayBlocks,
  scaleBlocks,
  throughputBlocks,
} from './markdown/measured.ts';
import { misconfigurationBlocks, problemBlocks } from './markdown/problems.ts';
import { sessionBlocks } from './markdown/session.ts';
import { code, list, text } from './markdown/syntax.ts';
import type { Result } from './result.ts';
import { liveSuitesOf } from './suites.ts';
import { headline } from './verdict.ts';

/** Sessions whose ways and figures are shown one by one; of more, the page has them. */
const SHOWN_SESSIONS = 6;

/** The report as GitHub-flavoured Markdown: for a pull request, a job summary, or a file to read. */
export function renderMarkdown(result: Result): string {
  const blocks = [
    `# ${text(headline(result))}`,
    list(result.verdict.reasons.map(text)),
    runBlock(result),
    ...problemBlocks(result),
    ...misconfigurationBlocks(result),
    ...notCoveredBlocks(result),
    ...matrixBlocks(result),
    ...adviceBlocks(result),
    ...fairnessBlocks(result),
    ...acrossModesBlocks(result),
    ...throughputBlocks(result),
    ...faultBlocks(result),
    ...floodBlocks(result),
    ...scaleBlocks(result),
    ...microBlocks(result),
    ...mutantBlocks(result),
    ...generatedBlocks(result),
    ...replayBlocks(result),
    ...(result.sessions.length <= SHOWN_SESSIONS
      ? liveSuitesOf(result).flatMap(({ sessions }) => sessions.flatMap(sessionBlocks))
      : []),
    ...definitionBlocks(result),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function runBlock({ run }: Result): string {
  return list([
    `Command: ${code(run.command)}`,
    `Started ${wallTime(run.startedAt)}, took ${duration(run.durationMs)}, seed ${run.seed}, run ${code(run.id)}`,
    `Machine: ${text(run.machine.cpu)}, ${counted(run.machine.cores, 'core')}, Linux ${text(run.machine.kernel)}, Node ${text(run.machine.node)}`,
  ]);
}

function notCoveredBlocks({ notCovered, directors }: Result): string[] {
  const sentences = [
    ...notCovered,
    ...directors
      .filter(({ available }) => !available)
      .map(({ name, reason }) => `${name} could not run here: ${reason ?? 'no reason was given'}`),
  ];
  return sentences.length === 0 ? [] : ['## What this run did not cover', list(sentences.map(text))];
}
