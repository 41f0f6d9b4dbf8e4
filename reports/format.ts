const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const oneDecimal = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const threeDigits = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

/** `1,204` */
export function count(value: number): string {
  return whole.format(value);
}

/** `1 case`, `3 cases` */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

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

/** `33.3 %`, of a fraction */
export function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(1)} %`;
}

/** Percentage points with sign: `+1.2`, of a difference of fractions */
export function points(difference: number): string {
  const text = (difference * 100).toFixed(1);
  if (Number(text) === 0) return '0.0';
  return difference > 0 ? `+${text}` : text.replace('-', '−');
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
