/** Generated mutants in reports: a row for each area, those that no case killed, and cases that killed none. */
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { merge } from '../../harness/results/merge.ts';
import { renderMarkdown } from '../../reports/markdown.ts';
import type { Result } from '../../reports/result.ts';
import { areasTable, generatedText, idleCases } from '../../reports/tables/generated-mutants.ts';
import { screenOf, summary } from '../../reports/terminal.ts';
import { headline } from '../../reports/verdict.ts';
import { generatedMutants } from './full/generated.ts';
import { passingResult } from './results.ts';

const generated = generatedMutants();
const result: Result = { ...passingResult([]), generated };

describe('the table of generated mutants', () => {
  it('says of each area and of all what became of those drawn', () => {
    const { columns, rows } = areasTable(generated);
    expect(columns.map(({ heading }) => heading)).toEqual([
      'area',
      'lines',
      'drawn',
      'running',
      'killed',
      'endless',
      'equivalent',
      'alive',
      'in no case',
      'out of reach',
      'score',
    ]);
    expect(rows.map((cells) => cells.map(({ text }) => text))).toEqual([
      ['schedulers', '327', '6', '1', '2', '1', '1', '1', '1', '1', '50.0 %'],
      ['wire', '366', '6', '1', '2', '1', '1', '1', '1', '1', '50.0 %'],
      ['all', '693', '12', '2', '4', '2', '2', '2', '2', '2', '50.0 %'],
    ]);
  });

  it('counts neither equivalent ones nor those out of reach against the cases', () => {
    expect(generatedText(generated)).toBe('4 of 8 generated mutants that had to be were killed (50.0 %)');
  });

  it('names cases that were tried and killed none, and not those that were not tried', () => {
    expect(idleCases(generated).map(({ name }) => name)).toEqual(['arp/silence']);
  });
});

describe('reports of generated mutants', () => {
  it('show the change of each that is alive', () => {
    const text = summary(result, screenOf(new PassThrough()));
    expect(text).toContain(
      'director/schedulers/lc.ts:22 boundary\n    - if (load < bestLoad) {\n    + if (load <= bestLoad) {',
    );
    expect(text).toContain('director/wire/checksum.ts:23 boundary, in no case');
    expect(text).not.toContain('schedulers/lc.ts:25');
    expect(renderMarkdown(result)).toContain('### Cases that killed none\n\n- `arp/silence`, tried on 3');
  });

  it('have in the headline how many were killed', () => {
    expect(headline(result)).toBe('Passed: 4 of 8 generated mutants that had to be were killed (50.0 %)');
  });

  it('are those of all shards together once these are merged', () => {
    const [first, second] = [1, 2].map((index): Result => {
      const own = generated.mutants.filter((_, at) => at % 2 === index - 1);
      const shard = { index, of: 2 };
      return {
        ...result,
        run: { ...result.run, id: `shard-${index}`, shard },
        generated: { ...generated, mutants: own },
      };
    });
    const merged = merge([first!, second!], 'whole').generated!;
    expect(merged.mutants).toHaveLength(12);
    expect(merged.cases).toContainEqual({ name: 'scheduler/lc/sequence', tried: 16, killed: 8 });
  });
});
