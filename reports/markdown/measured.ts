import { count } from '../../statistics/number-text.ts';
import { alignedFigures, figure, figureLabel, ratioText } from '../figures.ts';
import { duration, size } from '../format.ts';
import type { Result } from '../result.ts';
import type { ThroughputResult } from '../result-figures.ts';
import { code, list, table, text } from './syntax.ts';

/** Throughput and latency, with ratios to references that were measured in turns with the director. */
export function throughputBlocks({ throughput }: Pick<Result, 'throughput'>): string[] {
  if (throughput.length === 0) return [];
  return [
    '## Throughput and latency',
    ...[...Map.groupBy(throughput, ({ measure }) => measure).values()].flatMap(measureBlocks),
  ];
}

function measureBlocks(results: readonly ThroughputResult[]): string[] {
  const [first] = results;
  const measured = results.filter(({ status }) => status === 'measured');
  const medians = alignedFigures(measured.map(({ median }) => median));
  const ratios = ({ ratios: own }: ThroughputResult) =>
    own.map(({ reference, ratio }) => text(`${reference}: ${ratioText(ratio)}`)).join('; ');
  return [
    `### ${text(first?.title ?? '')}`,
    table(
      [
        'mode',
        'through',
        `median (${text(first?.unit ?? '')})`,
        'ratio to references (interval)',
        'held back by',
      ],
      measured.map((one, row) => [
        one.mode,
        text(one.director),
        medians[row] ?? '',
        ratios(one),
        text(one.bottleneck),
      ]),
    ),
    list(
      results
        .filter(({ status }) => status !== 'measured')
        .map(
          ({ mode, director, reason }) =>
            `${mode} ${text(director)}: ${text(reason ?? 'no reason was given')}`,
        ),
    ),
  ];
}

/** Schedulers and connection table alone, in memory. */
export function scaleBlocks({ scale }: Pick<Result, 'scale'>): string[] {
  if (scale.length === 0) return [];
  const names = [...new Set(scale.flatMap(({ figures }) => Object.keys(figures)))];
  const columns = names.map((name) => alignedFigures(scale.map(({ figures }) => figures[name])));
  return [
    '## At scale',
    table(
      [
        'scheduler',
        'connections',
        'servers',
        'at once',
        ...names.map((name) => text(figureLabel(name))),
        'memory',
        'took',
        'digest',
      ],
      scale.map((one, row) => [
        text(one.scheduler),
        count(one.connections),
        count(one.servers),
        count(one.peakConnections),
        ...columns.map((texts) => texts[row] ?? ''),
        size(one.memoryBytes),
        duration(one.durationMs),
        code(one.digest),
      ]),
    ),
  ];
}

/** What parts of the director cost, each beside a reference. */
export function microBlocks({ micro = [] }: Pick<Result, 'micro'>): string[] {
  if (micro.length === 0) return [];
  return [
    '## What a packet costs',
    table(
      ['what', 'measured', 'reference', 'at most'],
      micro.map(({ name, value, unit, reference, goal }) => [
        text(name),
        text(`${figure(value)} ${unit}`),
        reference ? text(`${figure(reference.value)} ${unit}: ${reference.name}`) : '',
        goal === undefined ? '' : text(`${figure(goal)} ${unit}`),
      ]),
    ),
  ];
}

/** Directors made wrong on purpose, and the case that killed each. */
export function mutantBlocks({ mutants }: Pick<Result, 'mutants'>): string[] {
  if (mutants.length === 0) return [];
  const killed = mutants.filter(({ status }) => status === 'killed').length;
  return [
    '## Mutants',
    `${count(killed)} of ${count(mutants.length)} directors that were made wrong on purpose were killed.`,
    table(
      ['mutant', 'what it does wrong', 'killed by'],
      mutants.map(({ id, sentence, killedBy, expected, status }) => [
        code(id),
        text(sentence),
        status === 'killed'
          ? code(killedBy[0]?.id ?? '')
          : `**${status}**, meant to be killed by ${code(expected)}`,
      ]),
    ),
  ];
}
