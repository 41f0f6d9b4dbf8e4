/** Tries a wrong director as a running process, with the cases that caught it in memory. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mode } from '../../lab/index.ts';
import type { WrongDirectorResult } from '../../reports/result-figures.ts';
import { packetCases } from '../../scenarios/conformance/packet-cases.ts';
import { tsDirectorOf } from '../directors/ts.ts';
import { openNamespacePlayer } from '../conformance/netns-player.ts';
import type { PacketCase } from '../../scenarios/kit/packet-case.ts';
import { caseId } from '../../scenarios/kit/requirement.ts';
import { messageOf } from '../run/result-folder.ts';
import { CHANGE_VARIABLE } from './source-change.ts';
import type { WrongDirector } from './mutant.ts';

export interface NamespaceTry {
  readonly seed: number;
  /** Where the result file will lie. */
  readonly directory: string;
}

/** @param known What caught it in memory: the same cases are to catch it here. */
export async function tryInNamespaces(
  wrong: WrongDirector,
  known: readonly WrongDirectorResult[],
  { seed, directory }: NamespaceTry,
): Promise<WrongDirectorResult> {
  const { id, sentence, file, before, after, expected } = wrong;
  const startedMs = performance.now();
  const place = planned(idsThatCaught(id, known));
  const result = { id, sentence, file, before, after, expected, lab: 'netns' as const };
  const ended = (status: WrongDirectorResult['status'], caughtBy: WrongDirectorResult['caughtBy']) => ({
    ...result,
    status,
    caughtBy,
    durationMs: performance.now() - startedMs,
  });
  if (place === undefined) {
    return ended('error', [{ id: '', message: 'what caught it in memory cannot be played in namespaces' }]);
  }
  const runDirectory = join(directory, 'wrong-directors', id);
  try {
    await mkdir(runDirectory, { recursive: true });
    const director = tsDirectorOf(await programOf(wrong, runDirectory));
    await using player = await openNamespacePlayer({ mode: place.mode, runDirectory, seed, director });
    for (const { one, index } of place.cases) {
      const { seen, played, error } = await player.play(one, { index, directory: runDirectory });
      const [finding] = error === undefined ? one.check(seen, played).findings : [];
      if (finding !== undefined) {
        return ended('caught', [{ id: caseId(one, place.mode), message: finding.message }]);
      }
    }
    return ended('missed', []);
  } catch (error) {
    return ended('error', [{ id: '', message: messageOf(error) }]);
  }
}

/** Whether a case that caught it in memory can be played in real time. */
export function canBeCaughtInNamespaces(id: string, known: readonly WrongDirectorResult[]): boolean {
  return planned(idsThatCaught(id, known)) !== undefined;
}

function idsThatCaught(id: string, known: readonly WrongDirectorResult[]): Set<string> {
  return new Set(known.find((one) => one.id === id)?.caughtBy.map((one) => one.id));
}

interface Place {
  readonly mode: Mode;
  readonly cases: readonly { readonly one: PacketCase; readonly index: number }[];
}

/** The cases with these ids that can be played in real time, all of the first one’s mode: one network is built. */
function planned(ids: ReadonlySet<string>): Place | undefined {
  const turns = packetCases.flatMap((one, index) =>
    one.virtualTime === true
      ? []
      : one.modes.filter((mode) => ids.has(caseId(one, mode))).map((mode) => ({ one, index, mode })),
  );
  const mode = turns[0]?.mode;
  return mode === undefined ? undefined : { mode, cases: turns.filter((turn) => turn.mode === mode) };
}

/** A program that is the director’s own, but for the change. */
async function programOf({ file, before, after }: WrongDirector, directory: string): Promise<string> {
  const program = join(directory, 'director.mjs');
  const module = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  const lines = [
    `process.env.${CHANGE_VARIABLE} = ${JSON.stringify(JSON.stringify({ file, before, after }))};`,
    `await import(${module('./source-change.ts')});`,
    `const { runDirector } = await import(${module('../../director/main.ts')});`,
    'process.exitCode = await runDirector(process.argv.slice(2));',
  ];
  await writeFile(program, `${lines.join('\n')}\n`);
  return program;
}
