/** What a probe saw. */
export interface ProbeResult {
  readonly present: boolean;
  readonly detail: string;
  /** Set where it could not be tried, so that its absence says nothing: a tool or the right to try is missing. */
  readonly untried?: true;
}

export function untried(reason: string): ProbeResult {
  return { present: false, detail: `not tried: ${reason}`, untried: true };
}
