import type * as fc from 'fast-check';

/** Something that takes input from elsewhere, and what holds of it whatever the input is. */
export interface FuzzTarget<Input> {
  /** Also the name of its folder in the corpus. */
  readonly name: string;
  /** What it takes, in a few words. */
  readonly takes: string;
  /** Inputs are plain data, so that they can be kept as JSON. */
  readonly inputs: fc.Arbitrary<Input>;
  /** @throws an error of any kind where something does not hold. */
  readonly check: (input: Input) => void | Promise<void>;
}
