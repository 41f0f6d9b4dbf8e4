/** Many tests at once: Holm's step-down method (Scandinavian Journal of Statistics 6, 1979). */

/**
 * Which of these hold although all were looked at: the probability that even one of those named is there by chance is at
 * most `alpha`, however the tests depend on each other.
 *
 * @param p Of each test. @returns for each test whether it is significant.
 */
export function significant(p: readonly number[], alpha: number): boolean[] {
  const order = p.map((value, test) => ({ value, test })).toSorted((a, b) => a.value - b.value);
  const answers = p.map(() => false);
  for (const [rank, { value, test }] of order.entries()) {
    if (value > alpha / (p.length - rank)) break;
    answers[test] = true;
  }
  return answers;
}
