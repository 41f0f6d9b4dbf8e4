/** What a probe saw. */
export interface Outcome {
  readonly present: boolean;
  readonly detail: string;
}
