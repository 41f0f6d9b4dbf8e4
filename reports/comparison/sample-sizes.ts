/** Whether columns rest on as many connections and turns: figures of small samples are further off by chance. */
import { type ComparedTiming, type FairnessRow, letter, type SideBySide } from './document.ts';

export function sizesDiffer({ connections }: FairnessRow): boolean {
  return areSeveral(connections);
}

export function turnsDiffer({ cells }: ComparedTiming): boolean {
  return areSeveral(cells.map((cell) => cell?.timing?.turns));
}

/** Which run measured how much; nothing where all measured as much. */
export function profileSentence({ runs }: SideBySide): string[] {
  const known = runs.flatMap(({ profile }, i) =>
    profile === undefined ? [] : [{ name: letter(i), profile }],
  );
  if (new Set(known.map(({ profile }) => profile)).size < 2) return [];
  const texts = known.map(({ name, profile }) => `${name} is a ${profile} run`);
  return [`The profiles differ: ${texts.join(', ')}.`];
}

/** One sentence for the top of a comparison; none where all columns have samples of one size. */
export function sampleSizeSentence({ columns, fairness, throughput }: SideBySide): string[] {
  const listed = (values: readonly (readonly (number | undefined)[])[], unit: string) => {
    const texts = columns.flatMap(({ label }, column) => {
      const known = values.flatMap((row) => row[column] ?? []);
      const [least, most] = [Math.min(...known), Math.max(...known)];
      return known.length === 0 ? [] : [`${label} ${least === most ? least : `${least} to ${most}`}`];
    });
    return values.length === 0 ? [] : [`${unit} (${texts.join(', ')})`];
  };
  const differing = [
    ...listed(
      fairness.filter(sizesDiffer).map(({ connections }) => connections),
      'connections of fairness runs',
    ),
    ...listed(
      throughput.filter(turnsDiffer).map(({ cells }) => cells.map((cell) => cell?.timing?.turns)),
      'turns of throughput',
    ),
  ];
  return differing.length === 0
    ? []
    : [
        `The samples differ in size: ${differing.join(' and ')}; smaller samples are further off by chance, so figures that differ there need not mean anything.`,
      ];
}

function areSeveral(values: readonly (number | undefined)[]): boolean {
  return new Set(values.filter((value) => value !== undefined)).size > 1;
}
