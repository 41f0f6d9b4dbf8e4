/** The labs that packet cases are played in; one that a case has broken is opened again, so one case cannot affect the next. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mode } from '../../lab/index.ts';
import type { LabKind } from '../../reports/result.ts';
import type { PacketCase } from '../../scenarios/kit/packet-case.ts';
import type { DirectorUnderTest } from '../directors/director-under-test.ts';
import { evidenceDirectory } from '../run/evidence-directory.ts';
import type { CaseRun } from './case-run.ts';
import { playInMemory } from './memory-stage.ts';
import type { CasePlayer } from './run-cases.ts';

interface PlayerOptions {
  readonly mode: Mode;
  readonly director: DirectorUnderTest;
  readonly seed: number;
  /** Where the result file will lie. */
  readonly resultDirectory: string;
  /** Which one of several that play the same mode side by side; 0 unless given. */
  readonly number?: number;
}

/** Networks side by side, of all modes together: while a case waits, others are played. Each more costs a director's start. */
export const NETWORKS = 3;

type OpenPlayer = (options: PlayerOptions) => Promise<CasePlayer & AsyncDisposable>;

/** `memory` needs nothing of the machine, or what a guest needs; `netns` Linux and a namespace to be root in. */
export const LABS: Readonly<Record<Exclude<LabKind, 'live'>, OpenPlayer>> = {
  memory: async ({ director, ...options }) => {
    const { mode, seed } = options;
    const { startOnWires } = director;
    if (startOnWires !== undefined) {
      const { GuestPlayer } = await import('./guest-player.ts');
      const runDirectory = await runDirectoryOf({ director, ...options });
      return GuestPlayer.open({ mode, runDirectory, director: { ...director, startOnWires } });
    }
    return {
      play: (one, place) => playInMemory(one, mode, { seed, ...place }),
      [Symbol.asyncDispose]: async () => undefined,
    };
  },
  netns: async (options) => {
    // Loaded only here: it calls the operating system, which need not be Linux.
    const { openNamespacePlayer } = await import('./netns-player.ts');
    return openNamespacePlayer({ ...options, runDirectory: await runDirectoryOf(options) });
  },
};

async function runDirectoryOf({
  director,
  mode,
  resultDirectory,
  number = 0,
}: PlayerOptions): Promise<string> {
  const directory = join(evidenceDirectory(resultDirectory, director), 'packets', `${mode}-${number}`);
  await mkdir(directory, { recursive: true });
  return directory;
}

export class ReopeningRunner implements CasePlayer, AsyncDisposable {
  readonly #open: () => ReturnType<OpenPlayer>;
  #player: Awaited<ReturnType<OpenPlayer>> | undefined;
  /** Why the lab cannot be opened at all; it is not tried again for every case. */
  #openError: unknown;

  constructor(open: OpenPlayer, options: PlayerOptions) {
    this.#open = () => open(options);
  }

  /** @throws LabError, UntrustedError where the lab cannot be had, or this case broke it. */
  async play(
    one: Pick<PacketCase, 'play'>,
    place: { readonly index: number; readonly directory: string },
  ): Promise<CaseRun> {
    this.#player ??= await this.#opened();
    try {
      return await this.#player.play(one, place);
    } catch (error) {
      await this[Symbol.asyncDispose]();
      throw error;
    }
  }

  async #opened(): Promise<Awaited<ReturnType<OpenPlayer>>> {
    if (this.#openError !== undefined) throw this.#openError;
    try {
      return await this.#open();
    } catch (error) {
      this.#openError = error;
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const player = this.#player;
    this.#player = undefined;
    await player?.[Symbol.asyncDispose]();
  }
}
