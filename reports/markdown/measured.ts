/** What was measured or tried beside the cases: speed, cost, mutants of the director, recordings of the kernel. */
import type { Result } from '../result.ts';
import { FAULTS_LEGEND, faultsTable, faultsTally } from '../tables/faults.ts';
import { floodsTable, floodText } from '../tables/floods.ts';
import { areasTable, generatedText, idleCases, livingOf, livingTable } from '../tables/generated-mutants.ts';
import { microGroups, scaleTable } from '../tables/in-memory.ts';
import { killedText, mutantsTable } from '../tables/mutants.ts';
import { differenceLines, replayTable, totalText } from '../tables/replay.ts';
import { measuresOf, measureTable, notesOf } from '../tables/throughput.ts';
import { fullLegend, meaningText } from '../tables/throughput-legend.ts';
import { code, fenced, list, markdownTable, text } from './syntax.ts';

/** Throughput and latency, with ratios to references that were measured in turns with the director. */
export function throughputBlocks({ throughput }: Pick<Result, 'throughput'>): string[] {
  if (throughput.length === 0) return [];
  return [
    '## Throughput and latency',
    list(fullLegend(throughput).map((meaning) => text(meaningText(meaning)))),
    ...measuresOf(throughput).flatMap((measure) => [
      `### ${text(measure.title)}`,
      markdownTable(measureTable(measure, ['turns', 'ratios'])),
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

/** What became of traffic while servers, links and the director failed. */
export function faultBlocks({ faults = [] }: Pick<Result, 'faults'>): string[] {
  if (faults.length === 0) return [];
  return [
    '## Faults',
    text(`${faultsTally(faults)}.`),
    markdownTable(faultsTable(faults)),
    list(FAULTS_LEGEND.map(text)),
  ];
}

/** What floods did to established connections and to the director. */
export function floodBlocks({ floods = [] }: Pick<Result, 'floods'>): string[] {
  if (floods.length === 0) return [];
  return [
    '## Floods',
    list(floods.map((one) => text(`${floodText(one)}.`))),
    markdownTable(floodsTable(floods)),
  ];
}

/** Directors made wrong on purpose, and the case that killed each. */
export function mutantBlocks({ mutants }: Pick<Result, 'mutants'>): string[] {
  return mutants.length === 0
    ? []
    : ['## Mutants', `${killedText(mutants)}.`, markdownTable(mutantsTable(mutants))];
}

export function generatedBlocks({ generated }: Pick<Result, 'generated'>): string[] {
  if (generated === undefined) return [];
  const living = livingOf(generated);
  const idle = idleCases(generated);
  return [
    '## Generated mutants',
    `${generatedText(generated)}.`,
    markdownTable(areasTable(generated)),
    ...(living.length > 0 ? ['### Alive', markdownTable(livingTable(living))] : []),
    ...(idle.length > 0
      ? [
          '### Cases that killed none',
          list(idle.map(({ name, tried }) => `${code(name)}, tried on ${tried}`)),
        ]
      : []),
  ];
}

/** Recordings of the kernel's IPVS, and where the director differs from them. */
export function replayBlocks({ replay }: Pick<Result, 'replay'>): string[] {
  if (replay === undefined) return [];
  const { files, errors } = replay;
  return [
    '## Recordings',
    text(`${totalText(files)}.`),
    list(errors.map(({ error }) => text(error))),
    ...files.flatMap(({ file, differences }) =>
      differences.flatMap((one) => [`**${text(file)}**`, fenced(differenceLines(one).join('\n'))]),
    ),
    files.length > 0 ? markdownTable(replayTable(files)) : '',
  ];
}
