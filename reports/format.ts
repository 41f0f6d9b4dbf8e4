/** How durations, sizes, times and measured figures are written. */
import { FEWEST_FOR_INTERVAL } from '../statistics/interval.ts';
import { counted } from '../statistics/number-text.ts';
import type { Interval } from './result-figures.ts';

const oneDecimal = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const threeDigits = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

/** `820 ms`, `12.3 s`, `2 min 5 s` */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${threeDigits.format(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${oneDecimal.format(milliseconds / 1000)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** `1.5 MB`, in powers of 1000 */
export function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${threeDigits.format(value)} ${units[unit]}`;
}

/** `2026-03-01 12:00:00.000123 UTC`, of seconds since the epoch as a capture has them, to the microsecond */
export function captureTime(seconds: number): string {
  const wholeSeconds = Math.floor(seconds);
  const microseconds = Math.min(999_999, Math.round((seconds - wholeSeconds) * 1e6));
  const date = new Date(wholeSeconds * 1000);
  if (Number.isNaN(date.getTime())) return `${seconds} s`;
  return `${date.toISOString().slice(0, -5).replace('T', ' ')}.${String(microseconds).padStart(6, '0')} UTC`;
}

/** `2026-03-01 12:00:00 UTC`, of an ISO 8601 time */
export function wallTime(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

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

/** Measured figures that stand in one column: so many decimals that ratios can be checked against them. */
export function measuredFigures(values: readonly number[]): string[] {
  const least = Math.min(...values.filter((value) => value > 0));
  const decimals = Number.isFinite(least) ? Math.max(0, Math.min(6, 3 - Math.floor(Math.log10(least)))) : 0;
  const format = new Intl.NumberFormat('en', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  return values.map((value) => format.format(value));
}

/** `0.69 (0.66–0.72)`: a ratio and its confidence interval; `0.69 (2 turns)` of turns too few for one. */
export function ratioText({
  value,
  low,
  high,
  samples,
}: Pick<Interval, 'value' | 'low' | 'high' | 'samples'>): string {
  return samples < FEWEST_FOR_INTERVAL
    ? `${plainRatio(value)} (${counted(samples, 'turn')})`
    : `${plainRatio(value)} (${plainRatio(low)}–${plainRatio(high)})`;
}

/** `0.69`: a ratio without its interval. */
export function plainRatio(ratio: number): string {
  return ratio < 9.95 ? ratio.toFixed(2) : ratio < 999.5 ? String(Math.round(ratio)) : '>999';
}
