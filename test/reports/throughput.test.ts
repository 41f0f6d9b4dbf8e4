import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measuredFigures, ratioText } from '../../reports/format.ts';
import { percentileText, percentileTicks } from '../../reports/html/charts/percentile-ticks.ts';
import { renderHtml } from '../../reports/html/report.ts';
import { LIMITS } from '../../reports/limits.ts';
import { renderMarkdown } from '../../reports/markdown.ts';
import type { Result } from '../../reports/result.ts';
import type { ThroughputResult } from '../../reports/result-figures.ts';
import type { Table } from '../../reports/table.ts';
import { measuresOf, measureTable, notesOf, ratiosTable } from '../../reports/tables/throughput.ts';
import { throughputInFull, throughputSummary } from '../../reports/terminal/measured.ts';
import { tableLines } from '../../reports/terminal/table.ts';
import { geometricMean } from '../../statistics/geometric-mean.ts';
import { pairedRatio } from '../../statistics/interval.ts';
import { sampleResult } from './full/result.ts';
import { throughputResults } from './full/throughput.ts';

const screen = (columns: number) => ({ columns, paint: (_: unknown, text: string) => text });
const all = throughputResults();
const everything: Result = { ...sampleResult(), throughput: all };

const turns = (fewest: number) =>
  fc.array(
    fc.tuple(
      fc.double({ min: 0.01, max: 1e6, noNaN: true }),
      fc.double({ min: 0.01, max: 1e6, noNaN: true }),
    ),
    {
      minLength: fewest,
      maxLength: 12,
    },
  );
const bound = (text: string) => (text === '>999' ? 1000 : Number(text));

describe('a ratio', () => {
  it('stands between the bounds of its interval', () => {
    fc.assert(
      fc.property(turns(4), (pairs) => {
        const ratio = pairedRatio(
          pairs.map(([a]) => a),
          pairs.map(([, b]) => b),
        )!;
        const [, value, low, high] = /^(\S+) \((\S+)–(\S+)\)$/.exec(ratioText(ratio)) ?? [];
        expect(bound(low!)).toBeLessThanOrEqual(bound(value!));
        expect(bound(value!)).toBeLessThanOrEqual(bound(high!));
        expect(ratioText(ratio).length).toBeLessThanOrEqual(18);
      }),
    );
  });

  it('of fewer than four turns has no interval, but says how many there were', () => {
    expect(ratioText(pairedRatio([6.37, 6.37], [1, 1])!)).toBe('6.37 (2 turns)');
    fc.assert(
      fc.property(turns(2), (pairs) => {
        const few = pairs.slice(0, 3);
        const text = ratioText(
          pairedRatio(
            few.map(([a]) => a),
            few.map(([, b]) => b),
          )!,
        );
        expect(text).toMatch(/^(\d{1,3}|\d\.\d\d|>999) \([23] turns\)$/);
      }),
    );
  });

  it('follows from the values that are shown beside it', () => {
    fc.assert(
      fc.property(turns(4), (pairs) => {
        const [own, reference] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
        const value = pairedRatio(own, reference)!.value;
        fc.pre(value > 0.01 && value < 9);
        const [a, b] = measuredFigures([geometricMean(own), geometricMean(reference)]).map((text) =>
          Number(text.replaceAll(',', '')),
        );
        expect(Math.abs(a! / b! - value)).toBeLessThan(0.01);
      }),
    );
  });
});

/** Texts of a column, by its heading. */
function column({ columns, rows }: Table, heading: RegExp): string[] {
  const at = columns.findIndex((one) => heading.test(one.heading));
  return rows.map((cells) => cells[at]?.text ?? '');
}

describe('tables of throughput', () => {
  it('show the geometric mean, under that name', () => {
    for (const measure of measuresOf(all)) {
      const table = measureTable(measure, ['ratios']);
      expect(table.columns.some(({ heading }) => heading.includes('geometric mean'))).toBe(true);
      expect(table.columns.some(({ heading }) => /^median \(/.test(heading))).toBe(false);
    }
    const own = all.find(({ id }) => id === 'throughput/requests/nat/ts')!;
    expect(column(ratiosTable([own], all), /geometric mean/)).toEqual([
      `${measuredFigures([geometricMean(own.samples)])[0]}/s`,
    ]);
  });

  it('compare latencies where the rate is given: its ratio is 1 whatever the director', () => {
    const measure = measuresOf(all).find(({ id }) => id === 'connections-fixed')!;
    const given = measure.results.filter(({ ratios }) => ratios.length > 0);
    expect(given[0]?.ratios[0]?.ratio.value).toBe(1);
    const texts = [
      ...column(measureTable(measure, ['ratios']), /ratio/),
      ...ratiosTable(given, all).rows.flatMap((cells) => cells.map(({ text }) => text)),
    ];
    expect(texts.filter((text) => text.includes('1.00 ('))).toEqual([]);
    expect(column(measureTable(measure, ['ratios']), /answered/)[0]).toBe('400.0');
    expect(texts.some((text) => text.includes('1.45 ('))).toBe(true);
    expect(renderHtml(everything, { linkPrefix: '' })).toContain('Ratio of median latency to each reference');
  });

  it('say where a ratio is of fewer turns than the values beside it', () => {
    const { results } = measuresOf(all)[0]!;
    const gap = results.map((one): ThroughputResult => {
      if (one.director !== 'ts' || one.mode !== 'nat') return one;
      const samples = [0, ...one.samples.slice(1)];
      const beside = results.find(({ id }) => id === one.id.replace(/ts$/, 'nft'))!;
      return {
        ...one,
        samples,
        ratios: [{ reference: 'nft', ratio: pairedRatio(samples, beside.samples)! }],
      };
    });
    expect(notesOf({ results: gap })).toContain(
      'NAT ts ÷ nft: nothing came through in some turns; the ratio is of the 7 turns in which both gave something.',
    );
    expect(notesOf({ results }).join()).not.toContain('÷');
  });
});

describe('what disturbed a measurement', () => {
  const disturbed = all.filter(({ cpu }) => (cpu.others ?? 0) > 0.3);

  it('is told by a sign at the figure and at every ratio to it, and by a sentence', () => {
    expect(disturbed.map(({ id }) => id)).toEqual(['throughput/requests/nat/direct']);
    const measure = measuresOf(all).find(({ id }) => id === 'requests')!;
    const table = measureTable(measure, ['ratios']);
    expect(column(table, /geometric mean/).filter((text) => text.startsWith('⚠ '))).toHaveLength(1);
    expect(column(table, /ratio/).filter((text) => text.includes('direct: ⚠ '))).toHaveLength(1);
    const sentence = 'measured while other processes used the machine: treat as unreliable';
    for (const text of [
      throughputSummary(everything, screen(100)).flat().join('\n'),
      throughputInFull(everything, screen(100)).flat().join('\n'),
      renderMarkdown(everything),
      renderHtml(everything, { linkPrefix: '' }),
    ]) {
      expect(text).toMatch(/⚠ 0\.68 \(/);
      expect(text).toContain(sentence);
    }
  });

  it('is not told where nothing did', () => {
    const quiet = { ...everything, throughput: all.filter((one) => !disturbed.includes(one)) };
    expect(throughputSummary(quiet, screen(100)).flat().join('\n')).not.toContain('⚠');
    expect(renderMarkdown(quiet)).not.toContain('⚠');
  });
});

it('what limited a measurement is defined in every report', () => {
  const page = renderHtml(everything, { linkPrefix: '' });
  const found = new Set(all.map(({ bottleneck }) => bottleneck)) as Set<keyof typeof LIMITS | ''>;
  for (const limit of found) {
    if (limit === '') continue;
    for (const text of [page, renderMarkdown(everything)]) expect(text).toContain(LIMITS[limit]);
  }
  const summary = throughputSummary(everything, screen(100)).flat().join('\n');
  for (const limit of ['director', 'none']) expect(summary).toContain(`limited by ${limit}: `);
  expect(page).toContain('CPU director, of one core');
});

describe('an axis of percentiles', () => {
  const labels = (rarest: number, width: number) => percentileTicks(rarest, width).map(percentileText);

  it('is labelled to its end', () => {
    expect(labels(1000, 274)).toEqual(expect.arrayContaining(['50 %', '90 %', '99 %', '99.9 %']));
    expect(labels(80, 274)).toEqual(['0 %', '50 %', '90 %', '98.8 %']);
    expect(labels(480, 274).at(-1)).toBe('99.79 %');
  });

  it('leaves out labels that would touch', () => {
    expect(labels(120, 274)).toEqual(['0 %', '50 %', '90 %', '99.17 %']);
    expect(labels(100_000, 150).length).toBeLessThan(6);
  });
});

describe('a table on a terminal', () => {
  it('never cuts a number: headings go on below, and columns into a further table', () => {
    for (let columns = 40; columns <= 120; columns += 8) {
      const text = [...throughputSummary(everything, screen(columns)).flat()].join('\n');
      expect(text).not.toMatch(/\d…/);
      const numbers: Table = {
        columns: ['who', 'largest share deviation', 'jain index', 'max over average', 'requests'].map(
          (heading, at) => ({ heading, align: at === 0 ? 'left' : 'right' }),
        ),
        rows: [['rs1', '0.123456', '123,456,789', '1.234', '9,876,543'].map((text) => ({ text }))],
      };
      const lines = tableLines(numbers, screen(columns));
      for (const cell of numbers.rows[0]!) expect(lines.join('\n')).toContain(cell.text);
      expect(lines.join('\n')).not.toContain('…');
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
    }
  });
});
