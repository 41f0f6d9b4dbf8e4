/** Tries a mutant as a running process, with the cases that killed it in memory. */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mode } from '../../lab/index.ts';
import type { MutantResult } from '../../reports/result-figures.ts';
import { packetCases } from '../../scenarios/index.ts';
import type { PacketCase } from '../../scenarios/kit/packet-case.ts';
import { caseId } from '../../scenarios/kit/requirement.ts';
import { type NamespacePlayerOptions, openNamespacePlayer } from '../conformance/netns-player.ts';
import type { DirectorUnderTest } from '../directors/director-under-test.ts';
import { directorOf } from '../directors/external/index.ts';
import { tsDirectorOf } from '../directors/ts/index.ts';
import { messageOf } from '../run/result-folder.ts';
import type { Mutant } from './mutant.ts';
import { programsOf } from './mutant-program.ts';

/** The director answers within a few milliseconds, also where others work on the same machine. */
const QUIET_MS = 50;

export interface NamespaceTry {
  readonly seed: number;
  /** Where the result file will lie. */
  readonly directory: string;
  /** Whether nothing of it is to be known but the contract for directors; else it is asked over its control socket. */
  readonly isExternal?: boolean;
}

/** @param known What killed it in memory: the same cases are to catch it here. */
export async function tryInNamespaces(
  wrong: Mutant,
  known: readonly MutantResult[],
  { seed, directory, isExternal = false }: NamespaceTry,
): Promise<MutantResult> {
  const { id, sentence, file, before, after, expected } = wrong;
  const startedMs = performance.now();
  const place = planned(idsThatKilled(id, known));
  const result = {
    id,
    sentence,
    file,
    before,
    after,
    expected,
    lab: 'netns' as const,
    ...(isExternal && { isExternal }),
  };
  const ended = (status: MutantResult['status'], killedBy: MutantResult['killedBy']) => ({
    ...result,
    status,
    killedBy,
    durationMs: performance.now() - startedMs,
  });
  if (place === undefined) {
    return ended('error', [{ id: '', message: 'what killed it in memory cannot be played in namespaces' }]);
  }
  const runDirectory = join(directory, isExternal ? 'mutants-as-programs' : 'mutants', id);
  try {
    await mkdir(runDirectory, { recursive: true });
    const { director: program } = await programsOf(wrong, runDirectory);
    const options = { mode: place.mode, runDirectory, seed };
    if (isExternal) {
      const right = await firstFinding({ ...options, director: asProgram(MAIN) }, place);
      const message = `the right director does not pass as a program: ${right?.message}`;
      if (right !== undefined) return ended('error', [{ ...right, message }]);
    }
    const director = isExternal ? asProgram(program) : tsDirectorOf(program);
    const found = await firstFinding({ ...options, director }, place);
    if (found !== undefined) return ended('killed', [found]);
    return ended('survived', []);
  } catch (error) {
    return ended('error', [{ id: '', message: messageOf(error) }]);
  }
}

/** What the first of the cases finds that finds something. */
async function firstFinding(
  options: NamespacePlayerOptions,
  { mode, cases }: PlayedCase,
): Promise<MutantResult['killedBy'][number] | undefined> {
  await using player = await openNamespacePlayer(options);
  for (const { one, index } of cases) {
    const { seen, played, error } = await player.play(one, { index, directory: options.runDirectory });
    const [finding] = error === undefined ? one.check(seen, played).findings : [];
    if (finding !== undefined) return { id: caseId(one, mode), message: finding.message };
  }
  return undefined;
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

const MAIN = fileURLToPath(new URL('../../director/main.ts', import.meta.url));
const DIRECTOR_PROGRAM = fileURLToPath(new URL('director-program.ts', import.meta.url));

/** A director of which nothing is known but that this program fulfils the contract. */
function asProgram(program: string): DirectorUnderTest {
  const { declared } = tsDirectorOf(program);
  return directorOf({
    name: 'mutant',
    description: 'the director with a mistake, as a program',
    command: [process.execPath, DIRECTOR_PROGRAM, program],
    directory: dirname(program),
    rules: 'changes',
    quietMs: QUIET_MS,
    modes: [...declared.modes],
    families: [...declared.families],
    protocols: [...declared.protocols],
    schedulers: { ...declared.schedulers },
    abilities: declared.abilities.filter((one) => one !== 'virtual-time'),
  });
}
