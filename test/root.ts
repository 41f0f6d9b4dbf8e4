import { describe, type SuiteFactory } from 'vitest';

/**
 * A suite that builds networks and therefore needs root. Without root its tests are reported as skipped, and the
 * reason stands in the suite's name.
 */
export function describeAsRoot(name: string, suite: SuiteFactory): void {
  if (process.geteuid?.() === 0) describe(name, suite);
  else describe.skip(`${name} (needs root: sudo env "PATH=$PATH" npm test)`, suite);
}
