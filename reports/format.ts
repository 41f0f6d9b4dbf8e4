/** How durations, sizes and times are written. */
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
