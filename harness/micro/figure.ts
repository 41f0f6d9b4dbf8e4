/** What a micro-benchmark found: one figure beside the figure of its reference in the same run. */
export interface Figure {
  readonly group: string;
  readonly name: string;
  readonly value: number;
  readonly unit: 'ns' | 'ms' | 'bytes';
  /** Something simple that does the same or less, measured beside it. */
  readonly reference: { readonly name: string; readonly value: number } | undefined;
  /** What the figure must not exceed. */
  readonly goal: number | undefined;
}

export function isMet({ value, goal }: Figure): boolean {
  return goal === undefined || value <= goal;
}
