/** What a micro-benchmark found: one figure beside the figure of its reference in the same run. */
import type { MicroFigure } from '../../reports/result-figures.ts';

export interface Figure {
  readonly group: string;
  readonly name: string;
  readonly value: number;
  readonly unit: MicroFigure['unit'];
  /** Something simple that does the same or less, measured beside it. */
  readonly reference: { readonly name: string; readonly value: number } | undefined;
  /** What the figure must not exceed. */
  readonly goal: number | undefined;
}

/** As a result file has it. @param deterministic Whether it is the same in every run. */
export function recorded({ reference, goal, ...figure }: Figure, deterministic: boolean): MicroFigure {
  return { ...figure, ...(reference && { reference }), ...(goal !== undefined && { goal }), deterministic };
}
