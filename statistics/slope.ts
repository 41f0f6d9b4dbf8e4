/** How fast something grows: the slope of a line through samples, by least squares. */
import { CONFIDENCE, type Interval, intervalQuantile } from './interval.ts';

/** One sample. Those of one series share an unknown height, such as samples of one process. */
export interface Point {
  readonly x: number;
  readonly y: number;
  readonly series: number;
}

/**
 * The slope that all series have in common, with its t-interval. Undefined where the samples are too few, or all at one x:
 * nothing shows then how far it can be wrong.
 */
export function commonSlope(points: readonly Point[]): Interval | undefined {
  const series = [...Map.groupBy(points, (point) => point.series).values()];
  const centred = series.flatMap((own) => {
    const [x, y] = [mean(own.map((point) => point.x)), mean(own.map((point) => point.y))];
    return own.map((point) => ({ x: point.x - x, y: point.y - y }));
  });
  const spread = sum(centred.map(({ x }) => x * x));
  const degrees = centred.length - series.length - 1;
  if (degrees < 1 || spread === 0) return undefined;
  const value = sum(centred.map(({ x, y }) => x * y)) / spread;
  const residual = sum(centred.map(({ x, y }) => (y - value * x) ** 2)) / degrees;
  const half = intervalQuantile(degrees) * Math.sqrt(residual / spread);
  return { value, low: value - half, high: value + half, confidence: CONFIDENCE, samples: centred.length };
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
