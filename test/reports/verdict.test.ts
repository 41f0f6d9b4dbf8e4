import { describe, expect, it } from 'vitest';
import type { Result } from '../../reports/result.ts';
import { headline } from '../../reports/verdict.ts';

function said(status: Result['verdict']['status'], counts: Partial<Result['verdict']['counts']>): string {
  const all = { passed: 0, failed: 0, skipped: 0, error: 0, ...counts };
  return headline({ verdict: { status, exitCode: 0, reasons: [], counts: all } });
}

describe('the verdict in words', () => {
  it('counts what holds, and what was skipped', () => {
    expect(said('passed', { passed: 1 })).toBe('Passed: 1 case holds');
    expect(said('passed', { passed: 1200, skipped: 3 })).toBe('Passed: 1,200 cases hold, 3 skipped');
  });

  it('counts a case that could not be judged as one that does not hold', () => {
    expect(said('failed', { passed: 4, failed: 1, error: 1 })).toBe('Failed: 2 of 6 cases do not hold');
    expect(said('failed', { failed: 1 })).toBe('Failed: 1 of 1 case does not hold');
  });

  it('never blames cases that all hold', () => {
    expect(said('failed', { passed: 4 })).toBe('Failed, although no case did');
  });

  it.each(['environment', 'untrusted', 'interrupted'] as const)(
    'does not call a run passed that is %s',
    (status) => {
      expect(said(status, { passed: 4 })).not.toMatch(/^Passed/);
    },
  );
});
