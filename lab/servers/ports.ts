/** The ports of a range written as FIRST-LAST, both included; none if it is not given. */
export function portsOf(range: string | undefined): number[] {
  if (range === undefined) return [];
  const [first = Number.NaN, last = Number.NaN] = range.split('-').map(Number);
  if (!(Number.isInteger(first) && first > 0 && last >= first && last <= 65_535)) {
    throw new RangeError(`"${range}" is no range of ports: expected FIRST-LAST, such as 8000-8099`);
  }
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
