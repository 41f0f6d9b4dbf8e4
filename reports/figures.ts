import type { Interval } from './result-figures.ts';

const CAMEL = /(?<=[a-z0-9])(?=[A-Z])/;
const UNITS: Readonly<Record<string, string>> = { Ms: 'ms', Bytes: 'bytes', Percent: '%' };

/** What a figure is called for people: `worst prefix error` of `worstPrefixError`, `latency p99 (ms)` of `latencyP99Ms`. */
export function figureLabel(name: string): string {
  const words = name.split(CAMEL);
  const unit = words.length > 1 ? UNITS[words.at(-1) ?? ''] : undefined;
  const text = (unit ? words.slice(0, -1) : words).join(' ').replaceAll('-', ' ').toLowerCase();
  return unit ? `${text} (${unit})` : text;
}

/** Figures that stand in one column, all with as many decimals as the largest of them calls for. */
export function alignedFigures(values: readonly (number | undefined)[]): string[] {
  const known = values.filter((value) => value !== undefined && Number.isFinite(value)) as number[];
  const largest = Math.max(0, ...known.map(Math.abs));
  const areWhole = known.every(Number.isInteger);
  const decimals = areWhole ? 0 : largest < 2 ? 3 : largest < 20 ? 2 : largest < 200 ? 1 : 0;
  const format = new Intl.NumberFormat('en', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  return values.map((value) =>
    value === undefined ? '' : Number.isFinite(value) ? format.format(value) : '∞',
  );
}

/** A figure by itself, with four digits that count. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '∞';
  return new Intl.NumberFormat('en', { maximumSignificantDigits: 4 }).format(value);
}

/** `0.69 (0.66–0.72)`: a ratio and its confidence interval. */
export function ratioText({ value, low, high }: Pick<Interval, 'value' | 'low' | 'high'>): string {
  const short = (bound: number) => (bound < 9.95 ? bound.toFixed(2) : String(Math.round(bound)));
  return `${short(value)} (${short(low)}–${short(high)})`;
}
