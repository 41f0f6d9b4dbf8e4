/** Tries a mutant as a running process, with the cases that killed it in memory. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mode } from '../../lab/index.ts';
import type { MutantResult } from '../../reports/result-figures.ts';
import { packetCases } from '../../scenarios/index.ts';
import type { PacketCase } from '../../scenarios/kit/packet-case.ts';
import { caseId } from '../../scenarios/kit/requirement.ts';
import { openNamespacePlayer } from '../conformance/netns-player.ts';
import { tsDirectorOf } from '../directors/ts/index.ts';
import { messageOf } from '../run/result-folder.ts';
import type { Mutant } from './mutant.ts';
import { CHANGE_VARIABLE } from './source-change.ts';

export interface NamespaceTry {
  readonly seed: number;
  /** Where the result file will lie. */
  readonly directory: string;
}

/** @param known What killed it in memory: the same cases are to catch it here. */
export async function tryInNamespaces(
  wrong: Mutant,
  known: readonly MutantResult[],
  { seed, directory }: NamespaceTry,
): Promise<MutantResult> {
  const { id, sentence, file, before, after, expected } = wrong;
  const startedMs = performance.now();
  const place = planned(idsThatKilled(id, known));
  const result = { id, sentence, file, before, after, expected, lab: 'netns' as const };
  const ended = (status: MutantResult['status'], killedBy: MutantResult['killedBy']) => ({
    ...result,
    status,
    killedBy,
    durationMs: performance.now() - startedMs,
  });
  if (place === undefined) {
    return ended('error', [{ id: '', message: 'what killed it in memory cannot be played in namespaces' }]);
  }
  const runDirectory = join(directory, 'mutants', id);
  try {
    await mkdir(runDirectory, { recursive: true });
    const director = tsDirectorOf(await programOf(wrong, runDirectory));
    await using player = await openNamespacePlayer({ mode: place.mode, runDirectory, seed, director });
    for (const { one, index } of place.cases) {
      const { seen, played, error } = await player.play(one, { index, directory: runDirectory });
      const [finding] = error === undefined ? one.check(seen, played).findings : [];
      if (finding !== undefined) {
        return ended('killed', [{ id: caseId(one, place.mode), message: finding.message }]);
      }
    }
    return ended('survived', []);
  } catch (error) {
    return ended('error', [{ id: '', message: messageOf(error) }]);
  }
}

/** Whether a case that killed it in memory can be played in real time. */
export function canBeKilledInNamespaces(id: string, known: readonly MutantResult[]): boolean {
  return planned(idsThatKilled(id, known)) !== undefined;
}

function idsThatKilled(id: string, known: readonly MutantResult[]): Set<string> {
  return new Set(known.find((one) => one.id === id)?.killedBy.map((one) => one.id));
}

interface PlayedCase {
  readonly mode: Mode;
  readonly cases: readonly { readonly one: PacketCase; readonly index: number }[];
}

/** The cases with these ids that can be played in real time, all of the first one’s mode: one network is built. */
function planned(ids: ReadonlySet<string>): PlayedCase | undefined {
  const turns = packetCases.flatMap((one, index) =>
    one.virtualTime === true
      ? []
      : one.modes.filter((mode) => ids.has(caseId(one, mode))).map((mode) => ({ one, index, mode })),
  );
  const mode = turns[0]?.mode;
  return mode === undefined ? undefined : { mode, cases: turns.filter((turn) => turn.mode === mode) };
}

/** A program that is the director’s own, but for the change. */
async function programOf({ file, before, after }: Mutant, directory: string): Promise<string> {
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
