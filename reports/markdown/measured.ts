import { count } from '../../statistics/number-text.ts';
import type { Result } from '../result.ts';
import type { MutantResult } from '../result-figures.ts';
import { MUTANT_STATUSES } from '../status.ts';
import { tableOf } from '../table.ts';
import { microGroups } from '../tables/micro.ts';
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
  if (mutants.length === 0) return [];
  const killed = mutants.filter(({ status }) => status === 'killed').length;
  const table = tableOf<MutantResult>(
    [
      { heading: 'mutant', isCode: true, cell: ({ id }) => id },
      { heading: 'what it does wrong', cell: ({ sentence }) => sentence },
      { heading: 'killed by', cell: killedBy },
    ],
    mutants,
  );
  return [
    '## Mutants',
    `${count(killed)} of ${count(mutants.length)} mutants of the director were killed.`,
    markdownTable(table),
  ];
}

function killedBy({ status, killedBy: cases, expected }: MutantResult) {
  return status === 'killed'
    ? cases[0]?.id
    : { text: `${status}, meant to be killed by ${expected}`, marks: [MUTANT_STATUSES[status]] };
}
