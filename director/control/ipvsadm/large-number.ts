/** Counters and rates in columns of nine characters. */
const WIDTH = 9;

const UNITS = [
  { below: 1e9, divisor: 1e3, letter: 'K' },
  { below: 1e11, divisor: 1e6, letter: 'M' },
  { below: 1e14, divisor: 1e9, letter: 'G' },
  { below: Number.POSITIVE_INFINITY, divisor: 1e12, letter: 'T' },
] as const;
const LARGEST_PLAIN = 99_999_999;

/** @param exact In full, with one blank before it where it does not fit. */
export function largeNumber(value: number, exact: boolean): string {
  const digits = String(value);
  if (exact) return digits.padStart(Math.max(WIDTH, digits.length + 1));
  if (value <= LARGEST_PLAIN) return digits.padStart(WIDTH);
  const { divisor, letter } = UNITS.find(({ below }) => value < below) ?? UNITS[3];
  return `${Math.floor(value / divisor)}${letter}`.padStart(WIDTH);
}
