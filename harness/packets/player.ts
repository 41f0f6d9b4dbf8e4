/** Plays packet cases of one mode, one after the other, in memory or around a running director. */
import type { Topology } from '../../lab/index.ts';
import type { PacketCase } from './packet-case.ts';
import type { PortFrames } from './seen.ts';

export interface CasePlayer extends AsyncDisposable {
  readonly topology: Topology;
  /**
   * Plays one case on a stage of its own (nothing of an earlier case is left there), to the end of what it caused.
   *
   * @throws whatever the case throws; an error of the lab itself where nothing can be played any more.
   */
  play(one: PacketCase): Promise<PlayedCase>;
}

export interface PlayedCase {
  /** What the case’s `play` returned. */
  readonly played: unknown;
  /** Every interface of every host, from the case’s first frame to its last. */
  readonly captures: readonly PortFrames[];
}
