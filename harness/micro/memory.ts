/** What a connection takes of the machine's memory: each number of them in a process of its own. */
import { execa } from 'execa';
import type { Figure } from './measure.ts';

const STEPS = [1_000_000, 2_000_000, 4_000_000];
const GOAL_BYTES = 128;

export async function* memory(): AsyncGenerator<Figure> {
  const table = await slope('table');
  const objects = await slope('objects');
  yield {
    group: 'memory',
    name: `per connection, from ${STEPS.map((n) => `${n / 1e6}`).join(', ')} million`,
    unit: 'bytes',
    value: table,
    reference: { name: 'an object in a Map by text', value: objects },
    goal: GOAL_BYTES,
  };
}

/** Bytes that each further connection adds: least squares through the sizes of the processes. */
async function slope(kind: 'table' | 'objects'): Promise<number> {
  const points: { readonly n: number; readonly bytes: number }[] = [];
  for (const n of STEPS) points.push({ n, bytes: await residentBytes(kind, n) });
  const meanN = mean(points.map((point) => point.n));
  const meanBytes = mean(points.map((point) => point.bytes));
  const covariance = points.reduce((sum, { n, bytes }) => sum + (n - meanN) * (bytes - meanBytes), 0);
  return covariance / points.reduce((sum, { n }) => sum + (n - meanN) ** 2, 0);
}

async function residentBytes(kind: string, connections: number): Promise<number> {
  const script = new URL('./memory-child.ts', import.meta.url).pathname;
  const { stdout } = await execa(process.execPath, [
    '--expose-gc',
    '--max-old-space-size=6000',
    script,
    kind,
    String(connections),
  ]);
  return Number(stdout);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
