/** How much time a run of the measurements may take. */
export type ThroughputProfile = 'quick' | 'default' | 'full';

export interface Budget {
  /** Measures by id; all if absent. */
  readonly measures?: readonly string[];
  /** How often each contestant is measured; an even number, so that each order of two comes as often as its reverse. */
  readonly turns: number;
  /** The same for the core alone, whose turns take less than a second each. */
  readonly coreTurns: number;
  /** Before it counts, each contestant carries as much of each kind of load for this long: for Node to compile what is used. */
  readonly warmUpMs: number;
  /** One rate of frames is tried for this long. */
  readonly trialMs: number;
  /** And for this long once it is found, where it has to be confirmed. */
  readonly confirmMs: number;
  /** HTTP at full speed, and at a fixed rate. */
  readonly fullSpeedMs: number;
  readonly fixedRateMs: number;
}

export const budgets: Readonly<Record<ThroughputProfile, Budget>> = {
  // All modes together: some 15 s, two minutes, twenty minutes.
  quick: {
    measures: ['packets', 'connections'],
    turns: 2,
    coreTurns: 0,
    warmUpMs: 120,
    trialMs: 30,
    confirmMs: 30,
    fullSpeedMs: 100,
    fixedRateMs: 150,
  },
  // Four turns are the fewest that give an interval.
  default: {
    turns: 4,
    coreTurns: 8,
    warmUpMs: 300,
    trialMs: 50,
    confirmMs: 150,
    fullSpeedMs: 250,
    fixedRateMs: 200,
  },
  full: {
    turns: 12,
    coreTurns: 48,
    warmUpMs: 900,
    trialMs: 250,
    confirmMs: 1_000,
    fullSpeedMs: 1_500,
    fixedRateMs: 3_000,
  },
};
