/** What a station knows of time: a virtual clock’s, or real time. */
export interface StationTime {
  readonly nowMs: number;
  /** Calls `action` once, so many milliseconds from now, unless the timer is cancelled first. */
  after(ms: number, action: () => void): { cancel(): void };
  /**
   * Resolves as soon as the condition holds, or when `timeoutMs` have passed. The condition is looked at first at once,
   * and then whenever a frame has been dealt with.
   */
  until(condition: () => boolean, timeoutMs: number): Promise<void>;
}
