/** The labs that packet cases are played in. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mode } from '../../lab/index.ts';
import type { LabKind } from '../../reports/result.ts';
import { playInMemory } from './memory-stage.ts';
import type { CasePlayer } from './run-cases.ts';

export interface PlayerOptions {
  readonly mode: Mode;
  readonly seed: number;
  /** Where the result file will lie. */
  readonly resultDirectory: string;
  /** Which one of several that play the same mode side by side; 0 unless given. */
  readonly number?: number;
}

/** Networks side by side: where a case waits for time to pass, others are played meanwhile. */
export const NETWORKS = 4;

export type OpenPlayer = (options: PlayerOptions) => Promise<CasePlayer & AsyncDisposable>;

/** `memory` needs nothing of the machine, `netns` Linux and a namespace to be root in. */
export const LABS: Readonly<Record<Exclude<LabKind, 'live'>, OpenPlayer>> = {
  memory: async ({ mode, seed }) => ({
    play: (one, place) => playInMemory(one, mode, { seed, ...place }),
    [Symbol.asyncDispose]: async () => undefined,
  }),
  netns: async ({ mode, seed, resultDirectory, number = 0 }) => {
    // Loaded only here: it calls the operating system, which need not be Linux.
    const { openNamespacePlayer } = await import('./netns-player.ts');
    const runDirectory = join(resultDirectory, 'packets', `${mode}-${number}`);
    await mkdir(runDirectory, { recursive: true });
    return openNamespacePlayer({ mode, runDirectory, seed });
  },
};
