import { expect, it } from 'vitest';
import { renderHtml } from '../../reports/html/report.ts';
import { renderMarkdown } from '../../reports/markdown.ts';
import { type Result, resultSchema } from '../../reports/result.ts';
import type { FloodResult } from '../../reports/result-flood.ts';
import { floodLines } from '../../reports/terminal/measured.ts';
import { sampleResult } from './full/result.ts';

const MIB = 1 << 20;
const screen = { columns: 120, paint: (_: unknown, text: string) => text };
const flood: FloodResult = {
  ...{ id: 'flood/nat', mode: 'nat', director: 'ts' },
  ...{ sentFrames: 100_000, framesPerSecond: 15_000, established: 50, lost: 2, untakenFrames: 1_234 },
  phases: [
    { phase: 'before', requests: 80, p50Ms: 1, p99Ms: 3.25, mostConnections: 50, mostMemoryBytes: 100 * MIB },
    {
      phase: 'during',
      requests: 400,
      p50Ms: 2,
      p99Ms: 9,
      mostConnections: 98_000,
      mostMemoryBytes: 160 * MIB,
    },
    { phase: 'after', requests: 0, p50Ms: 0, p99Ms: 0, mostConnections: 0, mostMemoryBytes: 0 },
  ],
  series: [
    {
      ...{ name: 'Connection table', xLabel: 'seconds', yLabel: 'entries' },
      x: [0, 1, 2],
      lines: { entries: [50, 98_000, 60] },
    },
  ],
};
const without: Result = sampleResult();
const result: Result = { ...without, floods: [flood] };

it('floods are part of a result, and of every report of one that has them', () => {
  expect(resultSchema.parse(result).floods).toEqual([flood]);
  const terminal = (one: Result) => floodLines(one, screen).join('\n');
  for (const text of [renderMarkdown(result), renderHtml(result, { linkPrefix: '' }), terminal(result)]) {
    expect(text.replace(/\s+/g, ' ')).toContain(
      '100,000 SYNs, 15,000 a second, beside 50 established connections, of which 2 were lost',
    );
    expect(text).toContain('98,000');
    expect(text).toContain('160 MiB');
  }
  expect(renderHtml(result, { linkPrefix: '' })).toContain('Connection table, ts, nat: entries over seconds');
  expect(renderMarkdown(without)).not.toContain('Floods');
  expect(terminal(without)).toBe('');
});
