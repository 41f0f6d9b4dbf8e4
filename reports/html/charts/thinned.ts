export interface Series {
  readonly x: readonly number[];
  readonly lines: Readonly<Record<string, readonly number[]>>;
}

/** The same series with few enough points for a small plot: of each stretch every line's lowest and highest are kept. */
export function thinned({ x, lines }: Series, mostPoints: number): Series {
  if (x.length <= mostPoints) return { x, lines };
  const all = Object.values(lines);
  const stretches = Math.max(1, Math.floor(mostPoints / (2 * all.length)));
  const kept = new Set([0, x.length - 1]);
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = Math.floor((stretch * x.length) / stretches);
    const to = Math.floor(((stretch + 1) * x.length) / stretches);
    for (const line of all) {
      kept.add(indexOfExtreme(line, from, to, (a, b) => a < b));
      kept.add(indexOfExtreme(line, from, to, (a, b) => a > b));
    }
  }
  const indexes = [...kept].sort((a, b) => a - b);
  const pick = (values: readonly number[]) => indexes.map((index) => values[index] as number);
  return {
    x: pick(x),
    lines: Object.fromEntries(Object.entries(lines).map(([name, values]) => [name, pick(values)])),
  };
}

function indexOfExtreme(
  values: readonly number[],
  from: number,
  to: number,
  isBetter: (a: number, b: number) => boolean,
): number {
  let best = from;
  for (let index = from + 1; index < to; index++) {
    if (isBetter(values[index] as number, values[best] as number)) best = index;
  }
  return best;
}
