/** What stands side by side: each director of each run, and what is asked for besides. */
import type { LabKind, Result } from '../../reports/result.ts';

/** What a column can be of, besides a run and a director. */
export const ATTRIBUTES = ['mode', 'scheduler', 'lab'] as const;

export type Attribute = (typeof ATTRIBUTES)[number];

/** Where something was seen. Throughput has no scheduler, and no lab but the live one. */
export interface Origin {
  readonly director: string;
  readonly mode: Result['cases'][number]['mode'];
  readonly scheduler?: string;
  readonly lab?: LabKind;
}

export interface Column {
  /** `A`, or `A ipvs nat` where that tells columns apart; `nat` in a single run. */
  readonly label: string;
  /** Index of its run among those given. */
  readonly run: number;
  readonly director: string;
  readonly mode?: string;
  readonly scheduler?: string;
  readonly lab?: string;
}

export function columnsOf(results: readonly Result[], by: readonly Attribute[]): Column[] {
  const columns = new Map<string, Omit<Column, 'label'>>();
  for (const [run, result] of results.entries()) {
    for (const origin of originsIn(result)) {
      // What knows nothing of an attribute goes with every column: it makes none of its own.
      if (by.some((name) => origin[name] === undefined)) continue;
      const own = Object.fromEntries(by.map((name) => [name, origin[name]]));
      const column = { run, director: origin.director, ...own };
      columns.set(Object.values(column).join('\n'), column);
    }
  }
  const all = [...columns.values()];
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

/** What tells a row from others with the same subject: attributes that columns are not of. */
export function rest(origin: Origin, by: readonly Attribute[]): string[] {
  return ATTRIBUTES.flatMap((name) => (by.includes(name) ? [] : (origin[name] ?? [])));
}

/** A, B, … Z, AA, … */
export function letter(run: number): string {
  const last = String.fromCharCode(65 + (run % 26));
  return run < 26 ? last : letter(Math.floor(run / 26) - 1) + last;
}

/** In the order of the result; references of measurements are no directors under test. */
function originsIn({ cases, fairness, throughput }: Result): Origin[] {
  return [
    ...cases,
    ...fairness,
    ...throughput
      .filter(({ ratios }) => ratios.length > 0)
      .map(({ director, mode }) => ({ director, mode, lab: 'live' as const })),
  ];
}
