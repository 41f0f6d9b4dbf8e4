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
}

export type OpenPlayer = (options: PlayerOptions) => Promise<CasePlayer & AsyncDisposable>;

/** `memory` needs nothing of the machine, `netns` Linux and a namespace to be root in. */
export const LABS: Readonly<Record<Exclude<LabKind, 'live'>, OpenPlayer>> = {
  memory: async ({ mode, seed }) => ({
    play: (one, place) => playInMemory(one, mode, { seed, ...place }),
    [Symbol.asyncDispose]: async () => undefined,
  }),
  netns: async ({ mode, seed, resultDirectory }) => {
    // Loaded only here: it calls the operating system, which need not be Linux.
    const { openNamespacePlayer } = await import('./netns-player.ts');
    const runDirectory = join(resultDirectory, `${mode}-packets`);
    await mkdir(runDirectory, { recursive: true });
    return openNamespacePlayer({ mode, runDirectory, seed });
  },
};
