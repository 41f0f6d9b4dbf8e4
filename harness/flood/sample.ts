/** What is seen of a director and of established connections beside a flood, again and again. */

export type Phase = 'before' | 'during' | 'after';

export interface FloodSample {
  /** Since the first sample. */
  readonly atMs: number;
  readonly phase: Phase;
  /** Entries of the director's table. */
  readonly connections: number;
  /** Resident memory of the director. */
  readonly memoryBytes: number;
  /** How long requests of established connections took that were answered since the last sample. */
  readonly latenciesMs: readonly number[];
}

/** A flood from before it began until what it left behind is gone. */
export interface FloodRecord {
  readonly samples: readonly FloodSample[];
  readonly established: number;
  /** Of them, those that were reset, closed or not answered any more. */
  readonly lost: number;
  readonly sentFrames: number;
  readonly framesPerSecond: number;
  /** Frames that the director had no time for, as it says: SYNs and answers to them. */
  readonly untakenFrames: number;
  /** Whether the table was waited for to be empty of it. */
  readonly isDrainAwaited: boolean;
}
