import { count } from '../../statistics/number-text.ts';
import type { Result } from '../result.ts';
import type { Screen } from './screen.ts';
import { plain, wrap } from './text.ts';

/** How many of the directors made wrong on purpose were killed, and which were not. */
export function mutantLines({ mutants }: Pick<Result, 'mutants'>, screen: Screen): string[] {
  if (mutants.length === 0) return [];
  const loose = mutants.filter(({ status }) => status !== 'killed');
  const killed = mutants.length - loose.length;
  const mark = loose.length === 0 ? screen.paint('green', '✓') : screen.paint('red', '✗');
  return [
    `  ${mark} ${count(killed)} of ${count(mutants.length)} mutants were killed`,
    ...loose.flatMap(({ id, sentence, status, expected }) =>
      wrap(
        plain(
          `${id} ${status === 'survived' ? 'survived' : 'was not tried'}: ${sentence} Meant to be killed by ${expected}.`,
        ),
        screen.columns - 4,
      ).map((line) => `    ${line}`),
    ),
  ];
}
