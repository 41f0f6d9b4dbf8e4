import { appendFile } from 'node:fs/promises';
import { MODES } from '../lab/modes.ts';
import { counted } from '../statistics/number-text.ts';
import { renderMarkdown } from './markdown.ts';
import { type Problem, problemsOf } from './problems.ts';
import type { Result, Session } from './result.ts';
import { headline } from './verdict.ts';

/** GitHub shows no more than ten errors of a step. */
const MOST_ERRORS = 10;

/**
 * Workflow commands (`::error …`) that GitHub Actions shows at the top of a run: the verdict if it is not `passed`, and what
 * did not hold. A misconfigured network has one for all that follows from it.
 */
export function annotations(result: Result): string {
  const { verdict } = result;
  const networks = misconfiguredNetworks(result);
  const all = problemsOf(result);
  const problems = all.filter((problem) => !networks.some((network) => network.explains(problem)));
  const isExplained = verdict.status === 'failed' && networks.length > 0 && problems.length === 0;
  const shown = problems.slice(0, Math.max(0, MOST_ERRORS - 1 - networks.length));
  const left = problems.length - shown.length;
  const lines = [
    ...(verdict.status === 'passed' || isExplained
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
    ...networks.map(({ title, text, explains }) => {
      const cases = all.filter(explains).length;
      const failing = cases === 0 ? [] : [`${counted(cases, 'case does', 'cases do')} not hold in it.`];
      return annotation('error', title, [...text, ...failing].join('\n'));
    }),
    ...shown.map((problem) => annotation('error', `${problem.title} (${problem.where})`, textOf(problem))),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

interface MisconfiguredNetwork {
  readonly title: string;
  /** What is wrong, and the commands that fix it. */
  readonly text: readonly string[];
  /** Whether something did not hold in this network, with live traffic. */
  readonly explains: (problem: Problem) => boolean;
}

/** The sessions of one mode and director have one network. */
function misconfiguredNetworks({ sessions }: Result): MisconfiguredNetwork[] {
  const wrong = sessions.filter(({ misconfigurations }) => misconfigurations.length > 0);
  return [...Map.groupBy(wrong, ({ mode, director }) => `${mode} ${director}`).values()].map((own) => {
    const [{ mode, director }] = own as [Session];
    const found = own.flatMap(({ misconfigurations }) => misconfigurations);
    const names = [...new Set(found.map(({ id }) => id))];
    const lines = found.map(({ message, host, cure }) => [message, `On ${host}:`, ...cure].join('\n'));
    return {
      title: `Misconfigured: ${MODES[mode].label} · ${director}: ${names.join(', ')}`,
      text: [...new Set(lines)],
      explains: ({ about: { kind, item } }) =>
        kind === 'case' && item.lab === 'live' && item.mode === mode && item.director === director,
    };
  });
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

/** GitHub refuses a step’s summary above 1 MiB; other steps’ parts count by themselves. */
const MOST_BYTES = 1024 * 1024 - 1024;

/** Appends the report to the summary of the job, if GitHub named a file for it. */
export async function appendJobSummary(result: Result, path: string | undefined): Promise<void> {
  if (path === undefined || path === '') return;
  await appendFile(path, fitting(renderMarkdown(result)));
}

/** As many whole blocks as GitHub takes; one that says so stands in for the rest. */
function fitting(markdown: string): string {
  if (Buffer.byteLength(markdown) <= MOST_BYTES) return markdown;
  let bytes = 0;
  const kept = markdown.split(/(?<=\n\n)/).filter((block) => {
    bytes += Buffer.byteLength(block);
    return bytes <= MOST_BYTES;
  });
  return `${kept.join('')}The rest is longer than GitHub shows; the report has it.\n`;
}
