/** What the frame generator is asked, and what it answers. */
import type { Ending } from './frame-ends.ts';
import type { Aim } from './frame-source.ts';
import type { Load } from './pacing.ts';

export type Order =
  /** From now on these are the ends of what is sent past the switches. */
  | { readonly ends: readonly string[]; readonly ending: Ending }
  | { readonly aim: Aim }
  | {
      readonly send: Load;
      /** The switches' ends of two links: the one to the director, and the one to where the frames should end. */
      readonly count: { readonly offered: string; readonly delivered: string };
    }
  /** How fast the generator is alone, in frames per second: what it sends is dropped at once. An aim must follow. */
  | { readonly limit: Aim; readonly durationMs: number };

export interface Aimed {
  /** How frames are made, in words. */
  readonly method: string;
  /** Why not in the faster way. */
  readonly instead?: string;
}

export interface Sent {
  /** How long it was sent, and from its beginning until the last frame had arrived. */
  readonly elapsedMs: number;
  readonly arrivedMs: number;
  /** CPU time of the generator. Where the kernel forwards, it does so in the generator's name. */
  readonly cpuMs: number;
  readonly offeredFrames: number;
  /** Of those, what the director's end of the link had room for. */
  readonly takenFrames: number;
  readonly deliveredFrames: number;
}
