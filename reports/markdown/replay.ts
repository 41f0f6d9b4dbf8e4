import type { Result } from '../result.ts';
import { differenceLines, replayTable, totalText } from '../tables/replay.ts';
import { fenced, list, markdownTable, text } from './syntax.ts';

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
