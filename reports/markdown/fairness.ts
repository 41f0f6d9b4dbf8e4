import { adviceOf } from '../advice.ts';
import { figureLabel } from '../format.ts';
import type { Result } from '../result.ts';
import { sampleSentences } from '../samples.ts';
import { type Situation, situationsOf } from '../situations.ts';
import { acrossModesTable, reasonsOf } from '../tables/across-modes.ts';
import { adviceTable } from '../tables/advice.ts';
import { figuresTable, mappingTable } from '../tables/fairness.ts';
import { list, markdownTable, text } from './syntax.ts';

/** Which scheduler for what, as far as this run measured it. */
export function adviceBlocks(result: Result): string[] {
  const measured = adviceOf(result).flatMap((advice) =>
    advice.measured ? [{ ...advice, measured: advice.measured }] : [],
  );
  if (measured.length === 0) return [];
  return [
    '## Which scheduler?',
    ...measured.flatMap(({ question, answer, measured: own }) => [
      `**${question}** ${answer}${own.isBorneOut ? '' : ' **This run does not support the advice.**'}`,
      `Measured in this run: ${text(own.what)}`,
      markdownTable(adviceTable(own)),
    ]),
  ];
}

/** A table for each situation; where modes differ, a cell has a value for each. */
export function fairnessBlocks(result: Result): string[] {
  const situations = situationsOf(result);
  if (situations.length === 0) return [];
  return ['## Fairness', ...situations.flatMap(situationBlocks)];
}

function situationBlocks(situation: Situation): string[] {
  const sample = sampleSentences(situation).join(' ');
  const mapping = mappingTable(situation);
  return [
    `### ${text(situation.title)}`,
    text(sample),
    ...(mapping ? [markdownTable(mapping)] : []),
    markdownTable(figuresTable(situation)),
  ];
}

/** Whether schedulers decide alike in all modes. */
export function acrossModesBlocks({ acrossModes }: Pick<Result, 'acrossModes'>): string[] {
  if (acrossModes.length === 0) return [];
  return [
    '## One scheduler, several modes',
    markdownTable(acrossModesTable(acrossModes)),
    list(reasonsOf(acrossModes).map(text)),
  ];
}

/** What every figure is. */
export function definitionBlocks({ definitions }: Pick<Result, 'definitions'>): string[] {
  const entries = Object.entries(definitions);
  if (entries.length === 0) return [];
  return [
    '## What the figures are',
    list(entries.map(([name, definition]) => `**${text(figureLabel(name))}**: ${text(definition)}`)),
  ];
}
