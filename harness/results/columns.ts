/** What stands side by side: each director of each run, and what is asked for besides. */
import { ATTRIBUTES, type Attribute, type Column, letter } from '../../reports/comparison/document.ts';
import type { LabKind, Result } from '../../reports/result.ts';

/** Where something was seen. Throughput has no scheduler, and no lab but the live one. */
export interface Origin {
  readonly director: string;
  readonly mode: Result['cases'][number]['mode'];
  readonly scheduler?: string;
  readonly lab?: LabKind;
}

/** Names of the directors of which the results say something. */
export function directorsCompared(results: readonly Result[]): Set<string> {
  return new Set(results.flatMap(originsIn).map(({ director }) => director));
}

/** @param directors Those that have columns, in this order; all if absent. */
export function columnsOf(
  results: readonly Result[],
  by: readonly Attribute[],
  directors?: readonly string[],
): Column[] {
  const columns = new Map<string, Omit<Column, 'label'>>();
  for (const [run, result] of results.entries()) {
    for (const origin of originsIn(result)) {
      // An origin without one of the attributes belongs to every column and needs none of its own.
      if (by.some((name) => origin[name] === undefined)) continue;
      const own = Object.fromEntries(by.map((name) => [name, origin[name]]));
      const column = { run, director: origin.director, ...own };
      columns.set(Object.values(column).join('\n'), column);
    }
  }
  const found = [...columns.values()];
  const all =
    directors === undefined
      ? found
      : directors.flatMap((name) => found.filter(({ director }) => director === name));
  const severalDirectors = new Set(all.map(({ director }) => director)).size > 1;
  return all.map((column) => ({
    label: [
      ...(results.length > 1 || by.length === 0 ? [letter(column.run)] : []),
      ...(severalDirectors ? [column.director] : []),
      ...by.map((name) => column[name]),
    ].join(' '),
    ...column,
  }));
}

export function isIn(column: Column, run: number, origin: Origin): boolean {
  return (
    column.run === run &&
    column.director === origin.director &&
    ATTRIBUTES.every(
      (name) => column[name] === undefined || origin[name] === undefined || column[name] === origin[name],
    )
  );
}

/** What distinguishes a row from others with the same subject: attributes that do not define the columns. */
export function rest(origin: Origin, by: readonly Attribute[]): string[] {
  return ATTRIBUTES.flatMap((name) => (by.includes(name) ? [] : (origin[name] ?? [])));
}

/** In the order of the result. The references of measurements are left out: they are not directors under test. */
function originsIn({ cases, fairness, throughput }: Result): Origin[] {
  return [
    ...cases,
    ...fairness,
    ...throughput
      .filter(({ ratios }) => ratios.length > 0)
      .map(({ director, mode }) => ({ director, mode, lab: 'live' as const })),
  ];
}
