/**
 * Tries a mistake in the fast path on frames of all kinds, which its programs get in the kernel and the core gets beside them:
 * both must send the same bytes.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ExecaError, execa } from 'execa';
import type { GeneratedMutant } from '../../../reports/result-generated.ts';
import { CHANGE_OPTION } from '../mutant-program.ts';
import { CHANGE_VARIABLE, type SourceChange } from '../source-change.ts';

const PROGRAM = fileURLToPath(new URL('../../../test/director/fast-path/main.ts', import.meta.url));
const FRAMES = 2_000;
const LIMIT_MS = 60_000;

/** @param change None for the right one. @returns how it was killed, if it was. */
export async function tryFrames(
  change: SourceChange | undefined,
  seed: number,
): Promise<GeneratedMutant['killedBy']> {
  const id = 'fast-path/frames';
  try {
    await execa(process.execPath, [CHANGE_OPTION, PROGRAM, String(FRAMES), String(seed)], {
      env: {
        NODE_COMPILE_CACHE: join(tmpdir(), 'lvs-lab-compile-cache'),
        ...(change && { [CHANGE_VARIABLE]: JSON.stringify(change) }),
      },
      timeout: LIMIT_MS,
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    const [first = '', ...rest] = String(error.stderr).trim().split('\n');
    if (error.timedOut)
      return { id, kind: 'endless', message: `it was not done within ${LIMIT_MS / 1000} s` };
    // Frames that differ are said in a line of their own.
    const thrown = rest.find((line) => /^\w*Error\b/.test(line));
    return thrown === undefined
      ? { id, kind: 'finding', message: first }
      : { id, kind: 'broken', message: thrown };
  }
}
