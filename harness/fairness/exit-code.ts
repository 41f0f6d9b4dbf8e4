import { EXIT_CODES } from '../../reports/result.ts';
import type { FairnessOutcome } from './run.ts';

/** Fails for what does not hold, and where modes differ that must not; nothing played, or not all of it, proves nothing. */
export function exitCodeOf({
  fairness,
  acrossModes,
}: Pick<FairnessOutcome, 'fairness' | 'acrossModes'>): number {
  const has = (status: string) => fairness.some((one) => one.status === status);
  const isPlayed = fairness.some(({ status }) => status !== 'skipped');
  if (has('error') || !isPlayed) return EXIT_CODES.untrusted;
  const differ = acrossModes.some(({ alike, mustBeAlike }) => mustBeAlike && !alike);
  return has('failed') || differ ? EXIT_CODES.failed : EXIT_CODES.passed;
}
