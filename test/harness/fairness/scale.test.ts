import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { progressBar, progressText } from '../../../harness/fairness/progress-bar.ts';
import { runScale } from '../../../harness/fairness/scale.ts';
import { TimingWheel } from '../../../harness/fairness/timing-wheel.ts';
import { scale } from '../../../reports/result-figures.ts';
import { scaleLines } from '../../../reports/terminal/measured.ts';
import { digestOf, SequenceDigest } from '../../../scenarios/fairness/figures/sequence-digest.ts';
import { lvsLab } from '../command-line.ts';

describe('departures', () => {
  it('come in the order of their times, each once, never early and at most a millisecond late', () => {
    const steps = fc.array(
      fc.record({ wait: fc.nat(30), lasts: fc.double({ min: 0, max: 100, noNaN: true }) }),
      {
        maxLength: 80,
      },
    );
    fc.assert(
      fc.property(steps, (arrivals) => {
        const departures = new TimingWheel(100, arrivals.length);
        const due: number[] = [];
        const ended: { row: number; atMs: number }[] = [];
        let nowMs = 0;
        const advance = (toMs: number) => {
          departures.advance(toMs, (row, atMs) => ended.push({ row, atMs }));
        };
        arrivals.forEach(({ wait, lasts }, row) => {
          nowMs += wait;
          advance(nowMs);
          due.push(nowMs + lasts);
          departures.put(row, nowMs + lasts);
        });
        advance(nowMs + 200);
        expect(departures.size).toBe(0);
        expect(ended.map(({ row }) => row).toSorted((a, b) => a - b)).toEqual(arrivals.map((_, row) => row));
        ended.forEach(({ row, atMs }, i) => {
          expect(atMs).toBeGreaterThanOrEqual(due[row]!);
          expect(atMs).toBeLessThanOrEqual(due[row]! + 1);
          if (i > 0) expect(atMs).toBeGreaterThanOrEqual(ended[i - 1]!.atMs);
        });
      }),
    );
  });
});

describe('the digest of a sequence', () => {
  it('is the same for the same sequence only, however it was fed', () => {
    const sequences = fc.array(fc.integer({ min: -2, max: 999 }), { maxLength: 300 });
    fc.assert(
      fc.property(sequences, sequences, (a, b) => {
        expect(digestOf(a) === digestOf(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
    const long = Array.from({ length: 100_000 }, (_, i) => i % 1000);
    const digest = new SequenceDigest();
    for (const server of long) digest.add(server);
    expect(digest.toString()).toBe(digestOf(long));
  });
});

describe('a run at scale', () => {
  const options = { scheduler: 'wlc', connections: 60_000, servers: 50, seed: 3 };

  it('is the same for the same seed, and another for another', async () => {
    const [first, again, other] = [
      await runScale(options),
      await runScale(options),
      await runScale({ ...options, seed: 4 }),
    ];
    expect(again.digest).toBe(first.digest);
    expect(again.figures).toEqual(first.figures);
    expect(other.digest).not.toBe(first.digest);
    expect(scale.parse(first)).toEqual(first);
  });

  it('leaves nobody without a server, and keeps what has ended in the table until its time is up', async () => {
    const { figures, peakConnections } = await runScale(options);
    expect(figures.refusedConnections).toBe(0);
    // A second of virtual time: nothing has expired yet.
    expect(peakConnections).toBe(options.connections);
  });

  it('deals out by weight with wrr, evenly by load with wlc', async () => {
    const wrr = await runScale({ ...options, scheduler: 'wrr' });
    const wlc = await runScale(options);
    const rr = await runScale({ ...options, scheduler: 'rr' });
    expect(wrr.figures.largestShareDeviation).toBeLessThan(0.01);
    expect(wlc.figures.meanLoadVariation).toBeLessThan(wrr.figures.meanLoadVariation!);
    expect(wrr.figures.meanLoadVariation).toBeLessThan(rr.figures.meanLoadVariation!);
  });

  it('is shown as a table and followed on a terminal only', async () => {
    const screen = { columns: 140, paint: (_: unknown, text: string) => text };
    const result = { scale: [await runScale({ ...options, connections: 1_000 })] };
    expect(scaleLines(result, screen).join('\n')).toMatch(/^ {2}scheduler.*\n {2}wlc +1,000 +50 /);
    const progress = { scheduler: 'rr', opened: 50, connections: 200, inTable: 40, memoryBytes: 1_000_000 };
    expect(progressText(progress, 1_000)).toBe(
      `rr ${'█'.repeat(6)}${'░'.repeat(18)} 25 %  50 opened, 40 in the table, 1 MB, 3 s left`,
    );
    let written = '';
    const stream = { write: (text: string) => (written += text) } as unknown as NodeJS.WritableStream;
    progressBar(stream).show(progress);
    expect(written).toBe('');
  });

  it('can be had from the command line, as JSON too', { timeout: 60_000 }, async () => {
    const outDirectory = await mkdtemp(join(tmpdir(), 'lvs-lab-scale-'));
    onTestFinished(() => rm(outDirectory, { recursive: true }));
    const args = ['scale', '--connections', '2000', '--servers', '10', '--seed', '5', '--out', outDirectory];
    const [table, json] = await Promise.all([lvsLab(...args), lvsLab(...args, '-s', 'rr', '--json')]);
    expect(table.exitCode).toBe(0);
    expect(table.stderr).toBe('');
    const words = table.stdout.split('\n').map((line) => line.trim().split(' ')[0]);
    const start = words.indexOf('scheduler');
    expect(words.slice(start, start + 5)).toEqual(['scheduler', 'rr', 'mh', 'wlc', '']);
    expect(table.stdout).toMatch(/Passed: figures only, nothing to be judged \(.*, exit code 0\)$/);
    const [first] = JSON.parse(json.stdout) as unknown[];
    expect(scale.parse(first)).toMatchObject({ scheduler: 'rr', connections: 2_000, servers: 10 });
  });
});
