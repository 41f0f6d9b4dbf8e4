import type { Result } from '../result.ts';
import { microGroups } from '../tables/micro.ts';
import { killedText, mutantsTable } from '../tables/mutants.ts';
import { scaleTable } from '../tables/scale.ts';
import { measuresOf, measureTable, notesOf } from '../tables/throughput.ts';
import { list, markdownTable, text } from './syntax.ts';

/** Throughput and latency, with ratios to references that were measured in turns with the director. */
export function throughputBlocks({ throughput }: Pick<Result, 'throughput'>): string[] {
  if (throughput.length === 0) return [];
  return [
    '## Throughput and latency',
    ...measuresOf(throughput).flatMap((measure) => [
      `### ${text(measure.title)}`,
      markdownTable(measureTable(measure, ['ratios'])),
      list(notesOf(measure).map(text)),
    ]),
  ];
}

/** Schedulers and connection table alone, in memory. */
export function scaleBlocks({ scale }: Pick<Result, 'scale'>): string[] {
  return scale.length === 0 ? [] : ['## At scale', markdownTable(scaleTable(scale))];
}

/** What parts of the director cost, each beside a reference. */
export function microBlocks({ micro = [] }: Pick<Result, 'micro'>): string[] {
  if (micro.length === 0) return [];
  return ['## What a packet costs', ...microGroups(micro).map(({ table }) => markdownTable(table))];
}

/** Directors made wrong on purpose, and the case that killed each. */
export function mutantBlocks({ mutants }: Pick<Result, 'mutants'>): string[] {
  return mutants.length === 0
    ? []
    : ['## Mutants', `${killedText(mutants)}.`, markdownTable(mutantsTable(mutants))];
}
