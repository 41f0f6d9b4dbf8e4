/** How sure the verdicts on fairness are meant to be. */
import type { TestPower } from '../../statistics/sample-size.ts';

/** The unfairness that must not go unseen: one server's share, changed by so much of itself. */
export const EFFECT = 0.03;

/** Probability of seeing it. */
export const POWER = 0.99;

/**
 * Probability of a false alarm, for each test that leaves something to chance. A run makes fewer than a hundred of them,
 * so one run in ten thousand is wrong. Comparisons with an exact sequence leave nothing to chance.
 */
export const ALPHA = 1e-6;

/** Of the tests that leave something to chance. */
export const TEST_POWER: TestPower = { alpha: ALPHA, power: POWER };
