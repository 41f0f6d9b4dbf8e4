/** What a worker that tries mutants and the process that started it tell each other. */

/** How a mutant was found out: a case found something, could not be played, did not end, or took the process with it. */
export type KillKind = 'finding' | 'broken' | 'endless' | 'died';

export interface TurnPlan {
  /** Number of the turn. */
  readonly turn: number;
  /** Rounds of loops after which it is taken for endless. */
  readonly mostRounds?: number;
}

export interface Request {
  /** The mutant that the director is to be; the right one without. */
  readonly mutant?: number;
  /** Turns to play, in this order, until one kills. */
  readonly turns: readonly TurnPlan[];
  /** Whether nothing was played before in this process: then what a case finds is this mutant’s doing. */
  readonly isFresh?: boolean;
}

export interface Killed {
  readonly turn: number;
  readonly id: string;
  readonly kind: KillKind;
  readonly message: string;
}

export interface Covered {
  readonly turn: number;
  readonly id: string;
  /** Mutants whose code the right director ran in it. */
  readonly met: readonly number[];
  /** Of those, the ones with which something would have come out otherwise, or may have. */
  readonly changed: readonly number[];
  readonly rounds: number;
  /** Why the right director does not pass it. */
  readonly problem?: string;
}

export type Report =
  /** Loaded: mutants that made a difference while loading, and modules that are part of a director in memory. */
  | { readonly of: 'loaded'; readonly changed: readonly number[]; readonly files: readonly string[] }
  | { readonly of: 'begun'; readonly turn: number }
  | { readonly of: 'covered'; readonly covered: Covered }
  | { readonly of: 'done'; readonly killed?: Killed; readonly isSpoiled: boolean };
