import { counted } from '../../statistics/number-text.ts';
import { type Problem, problemsOf } from '../problems.ts';
import type { Result } from '../result.ts';
import { headline } from '../verdict.ts';

/** GitHub shows no more than ten errors of a step. */
const MOST_ERRORS = 10;

/**
 * Workflow commands (`::error …`) that GitHub Actions shows at the top of a run: the verdict if it is not `passed`, then
 * what did not hold, and a warning for each thing that is set up wrongly.
 */
export function annotations(result: Result): string {
  const { verdict, sessions } = result;
  const problems = problemsOf(result);
  const shown = problems.slice(0, MOST_ERRORS - 1);
  const left = problems.length - shown.length;
  const lines = [
    ...(verdict.status === 'passed'
      ? []
      : [
          annotation(
            'error',
            headline(result),
            [
              ...verdict.reasons,
              ...(left > 0 ? [counted(left, 'more is in the report.', 'more are in the report.')] : []),
            ].join('\n'),
          ),
        ]),
    ...shown.map((problem) => annotation('error', `${problem.title} (${problem.where})`, textOf(problem))),
    ...sessions.flatMap(({ misconfigurations }) =>
      misconfigurations.map(({ id, message, host, cure }) =>
        annotation('warning', `Wrong set-up: ${id}`, [message, `On ${host}:`, ...cure].join('\n')),
      ),
    ),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function textOf({ why, about }: Problem): string {
  if (about.kind !== 'case') return `${about.item.id}: ${why}`;
  const { id, requirement, source, findings } = about.item;
  const fields = findings[0]?.fields ?? [];
  return [
    `${id}: ${why}`,
    ...fields.map(({ field, expected, seen }) => `  ${field}: expected ${expected}, seen ${seen}`),
    `Asked for: ${requirement} [${source}]`,
    ...(findings[0]?.command ? [findings[0].command] : []),
  ].join('\n');
}

/** One command. A title stands for a text that is empty. */
export function annotation(kind: 'error' | 'warning', title: string, text: string): string {
  return `::${kind} title=${property(title)}::${data(text === '' ? title : text)}`;
}

/** As GitHub’s own toolkit escapes: a line end would end the command. */
function data(text: string): string {
  return text.toWellFormed().replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
