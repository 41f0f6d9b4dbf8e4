/** How much time a run of the measurements may take. */
export type ThroughputProfile = 'quick' | 'default' | 'full';

export interface Budget {
  /** Measures by id; all if absent. */
  readonly measures?: readonly string[];
  /** How often each contestant is measured; an even number, so that each order of two comes as often as its reverse. */
  readonly turns: number;
  /** One rate of frames is tried for this long. */
  readonly trialMs: number;
  /** HTTP at full speed, and at a fixed rate. */
  readonly fullSpeedMs: number;
  readonly fixedRateMs: number;
}

export const budgets: Readonly<Record<ThroughputProfile, Budget>> = {
  quick: {
    measures: ['packets', 'connections', 'latency'],
    turns: 2,
    trialMs: 40,
    fullSpeedMs: 120,
    fixedRateMs: 150,
  },
  default: { turns: 4, trialMs: 60, fullSpeedMs: 250, fixedRateMs: 300 },
  full: { turns: 12, trialMs: 250, fullSpeedMs: 1_500, fixedRateMs: 3_000 },
};
