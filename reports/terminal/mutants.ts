import { count } from '../format.ts';
import type { Result } from '../result.ts';
import type { Screen } from './screen.ts';
import { plain, wrap } from './text.ts';

/** How many of the directors made wrong on purpose were caught, and which were not. */
export function wrongDirectorLines(
  { wrongDirectors }: Pick<Result, 'wrongDirectors'>,
  screen: Screen,
): string[] {
  if (wrongDirectors.length === 0) return [];
  const loose = wrongDirectors.filter(({ status }) => status !== 'caught');
  const caught = wrongDirectors.length - loose.length;
  const mark = loose.length === 0 ? screen.paint('green', '✓') : screen.paint('red', '✗');
  return [
    `  ${mark} ${count(caught)} of ${count(wrongDirectors.length)} wrong directors were caught`,
    ...loose.flatMap(({ id, sentence, status, expected }) =>
      wrap(
        plain(
          `${id} was ${status === 'missed' ? 'missed' : 'not tried'}: ${sentence} Meant to be caught by ${expected}.`,
        ),
        screen.columns - 4,
      ).map((line) => `    ${line}`),
    ),
  ];
}
