import { ALL_MODES } from '../../lab/modes.ts';
import { count } from '../../statistics/number-text.ts';
import { adviceOf } from '../advice.ts';
import { alignedFigures, figureLabel } from '../figures.ts';
import type { Result } from '../result.ts';
import { figureTexts, type Situation, situationsOf } from '../situations.ts';
import { SYMBOLS } from '../status.ts';
import { code, list, table, text } from './syntax.ts';

/** Which scheduler for what, as far as this run measured it. */
export function adviceBlocks(result: Result): string[] {
  const measured = adviceOf(result).flatMap((advice) =>
    advice.measured ? [{ ...advice, measured: advice.measured }] : [],
  );
  if (measured.length === 0) return [];
  return [
    '## Which scheduler?',
    ...measured.flatMap(({ question, answer, measured: { what, modes, rows, isBorneOut } }) => {
      const texts = rows.map(({ values }) => alignedFigures(values));
      return [
        `**${question}** ${answer}${isBorneOut ? '' : ' **This run does not bear the advice out.**'}`,
        table(
          [`measured: ${what}`, ...modes.map((mode) => mode.toUpperCase())],
          rows.map(({ scheduler }, row) => [text(scheduler), ...(texts[row] ?? [])]),
        ),
      ];
    }),
  ];
}

/** A table for each situation; where modes differ, a cell has a value for each. */
export function fairnessBlocks(result: Result): string[] {
  const situations = situationsOf(result);
  if (situations.length === 0) return [];
  return ['## Fairness', ...situations.flatMap(situationBlocks)];
}

function situationBlocks(situation: Situation): string[] {
  const { title, modes, figures, schedulers } = situation;
  const columns = figures.map((name) => figureTexts(situation, name, ' / '));
  return [
    `### ${text(title)}`,
    table(
      ['scheduler', modes.join(' / '), ...figures.map((name) => text(figureLabel(name)))],
      schedulers.map(({ label, results }, row) => [
        text(label),
        results.map(({ status }) => SYMBOLS[status]).join(' '),
        ...columns.map((texts) => texts[row] ?? ''),
      ]),
    ),
  ];
}

/** Whether schedulers decide alike in all modes. */
export function acrossModesBlocks({ acrossModes }: Pick<Result, 'acrossModes'>): string[] {
  if (acrossModes.length === 0) return [];
  const modes = ALL_MODES.filter((mode) => acrossModes.some(({ digests }) => digests[mode] !== undefined));
  return [
    '## One scheduler, several modes',
    table(
      ['scheduler', 'alike', ...modes, 'connections', 'why'],
      acrossModes.map(({ scheduler, alike, mustBeAlike, digests, connections, reason }) => [
        text(scheduler),
        alike
          ? `${SYMBOLS.passed} alike`
          : mustBeAlike
            ? `${SYMBOLS.failed} not alike, but must be`
            : 'need not be',
        ...modes.map((mode) => code(digests[mode] ?? '')),
        count(connections),
        text(reason),
      ]),
    ),
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
