/** A director that is wrong on purpose: one small, plausible mistake in one of its source files. */
export interface Mutant {
  readonly id: string;
  /** What it does wrong, as a sentence. */
  readonly sentence: string;
  /** The source file, below `director/`. */
  readonly file: string;
  /** The right source text, which must occur exactly once in that file, and the wrong one in its place. */
  readonly before: string;
  readonly after: string;
  /** The case that is there for this mistake, as an address below the mode; any of the modes may show it. */
  readonly expected: string;
  /** Whether it shows in a running director alone, by what is played with one (`running/`). */
  readonly isRunning?: true;
}
