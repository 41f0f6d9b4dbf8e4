/** How numbers are written wherever people read them. */
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** `1,204` */
export function count(value: number): string {
  return whole.format(value);
}

/** `1 case`, `3 cases` */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** `2 of 3 cases`, `1 of 1 case`; with a verb: `2 of 3 cases hold` */
export function countedOf(part: number, all: number, one: string, many?: string): string {
  return `${count(part)} of ${counted(all, one, many)}`;
}

/** `33.3 %`, of a fraction */
export function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(1)} %`;
}

/**
 * `33.3 %`, for sentences: `100 %` and `0 %` only where it is exactly so, else `> 99.9 %` and `< 0.1 %`. Tables keep the
 * decimals of `percent`.
 */
export function statedPercent(fraction: number): string {
  if (fraction === 0 || fraction === 1) return `${fraction * 100} %`;
  if (fraction >= 0.9995 && fraction < 1) return '> 99.9 %';
  if (fraction < 0.0005 && fraction > 0) return '< 0.1 %';
  return percent(fraction);
}

/** Percentage points with sign: `+1.2`, of a difference of fractions */
export function points(difference: number): string {
  const text = (difference * 100).toFixed(1);
  if (Number(text) === 0) return '0.0';
  return difference > 0 ? `+${text}` : text.replace('-', '−');
}
