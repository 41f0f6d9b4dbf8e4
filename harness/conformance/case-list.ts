/** The catalogue as text: for a person at a terminal, or a line a case for other programs. */

import type { Mode } from '../../lab/index.ts';
import { wrap } from '../../reports/columns.ts';
import { type Screen, screenOf } from '../../reports/terminal/screen.ts';
import { type Source, sourceText } from '../../scenarios/kit/requirement.ts';
import { articleCoverage, coverageProblems } from './article-coverage.ts';
import { allCases, type CatalogueEntry } from './catalogue.ts';
import { startsWithAny } from './id-prefix.ts';

export type SourceKind = Source['kind'];

const INDENT = '    ';

/** Which cases are listed. */
export interface Listed {
  /** Only cases with a source of this kind. */
  readonly source?: SourceKind;
  readonly modes: readonly Mode[];
  /** Only cases whose id starts with one of these; all if empty. */
  readonly grep: readonly string[];
}

/** Every case that is asked for, with its id, requirement and source. */
export function caseList(listed: Listed, isTerminal: boolean): string {
  const entries = entriesOf(listed);
  if (!isTerminal) return entries.map(lineOf).join('');
  const screen = screenOf(process.stdout);
  return `${entries.map((entry) => paragraphOf(entry, screen)).join('\n')}`;
}

export function caseListJson(listed: Listed): string {
  const entries = entriesOf(listed).map(({ id, requirement: { title, requirement, sources } }) => ({
    id,
    title,
    requirement,
    sources,
  }));
  return `${JSON.stringify(entries, null, 2)}\n`;
}

/** Each sentence of the article with the cases that cover it, and the problems if there are any. */
export function articleList(isTerminal: boolean): { readonly text: string; readonly problems: string[] } {
  const screen = isTerminal ? screenOf(process.stdout) : undefined;
  const text = articleCoverage()
    .map(({ key, sentence, cases }) => {
      const ids = cases.length === 0 ? 'no case' : cases.join(', ');
      if (screen === undefined) return `${key}\t${sentence}\t${ids}\n`;
      return [
        screen.paint('bold', `${key}`),
        ...indented(sentence, screen),
        ...indented(ids, screen).map((line) => screen.paint(cases.length === 0 ? 'red' : 'dim', line)),
        '',
      ].join('\n');
    })
    .join(screen === undefined ? '' : '\n');
  return { text, problems: coverageProblems() };
}

function entriesOf({ source, modes, grep }: Listed): CatalogueEntry[] {
  return allCases(modes).filter(
    ({ id, requirement: { sources } }) =>
      (source === undefined || sources.some(({ kind }) => kind === source)) && startsWithAny(id, grep),
  );
}

function lineOf({ id, requirement: { requirement, sources } }: CatalogueEntry): string {
  return `${id}\t${requirement}\t${sourceText(sources)}\n`;
}

function paragraphOf({ id, requirement: { requirement, sources } }: CatalogueEntry, screen: Screen): string {
  return [
    screen.paint('bold', id),
    ...indented(requirement, screen),
    ...indented(sourceText(sources), screen).map((line) => screen.paint('dim', line)),
    '',
  ].join('\n');
}

function indented(text: string, screen: Screen): string[] {
  return wrap(text, screen.columns - INDENT.length).map((line) => INDENT + line);
}
