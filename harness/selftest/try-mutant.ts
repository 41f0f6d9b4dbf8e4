/** Plays the catalogue against one director in a process of its own: the unchanged one, or a mutant. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ExecaError, execa } from 'execa';
import { z } from 'zod';
import type { MutantResult } from '../../reports/result-figures.ts';
import type { Mutant } from './mutant.ts';
import { CHANGE_VARIABLE } from './source-change.ts';

const CHILD = fileURLToPath(new URL('mutant-child.ts', import.meta.url));
const CHANGE = new URL('source-change.ts', import.meta.url).href;
/** A mutant may also never end. */
const TIMEOUT_MS = 60_000;
const ALL = 1_000_000;
const ENOUGH = 1;

const killed = z.object({ id: z.string(), message: z.string() });
const mutantRunSchema = z.object({ killed: z.array(killed), broken: z.array(killed), played: z.int() });

/** The whole catalogue against the director as it is. Sentences about what it did not pass; empty if it is right. */
export async function tryRightDirector(seed: number): Promise<{ played: number; problems: string[] }> {
  const { played, killed: failed, broken } = await runIn({}, '', ALL, seed);
  return { played, problems: [...failed, ...broken].map(({ id, message }) => `${id}: ${message}`) };
}

export async function tryMutant(wrong: Mutant, seed: number): Promise<MutantResult> {
  const { id, sentence, file, before, after, expected } = wrong;
  const startedMs = performance.now();
  const result = { id, sentence, file, before, after, expected, lab: 'memory' as const };
  const change = JSON.stringify({ file, before, after });
  try {
    const found = await runIn({ [CHANGE_VARIABLE]: change }, expected, ENOUGH, seed);
    return {
      ...result,
      status: found.killed.length > 0 ? 'killed' : 'survived',
      killedBy: found.killed,
      durationMs: performance.now() - startedMs,
    };
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    const message = error.timedOut ? `it did not end within ${TIMEOUT_MS / 1000} s` : String(error.stderr);
    return {
      ...result,
      status: 'error',
      killedBy: [{ id: '', message }],
      durationMs: performance.now() - startedMs,
    };
  }
}

async function runIn(env: Record<string, string>, first: string, enough: number, seed: number) {
  const args = ['--import', CHANGE, CHILD, '--first', first, '--enough', String(enough), '--seed', `${seed}`];
  const { stdout } = await execa(process.execPath, args, {
    // Sources are compiled once and not a hundred times.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'lvs-lab-compile-cache'), ...env },
    timeout: TIMEOUT_MS,
  });
  return mutantRunSchema.parse(JSON.parse(stdout));
}
