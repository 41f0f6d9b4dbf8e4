import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interruptedVerdict, verdictOf } from '../../../harness/run/verdict.ts';
import type { CaseResult } from '../../../reports/result.ts';

type Status = CaseResult['status'];

function cases(...statuses: Status[]): CaseResult[] {
  return statuses.map((status) => ({
    id: 'dr/a/b',
    title: '',
    requirement: '',
    source: '',
    mode: 'dr',
    director: 'ts',
    scheduler: 'rr',
    lab: 'live',
    status,
    evidence: '',
    examined: 1,
    findings: [],
    findingsLeftOut: 0,
  }));
}

describe('the verdict of a run', () => {
  it.each([
    [['passed', 'passed'], 'passed', 0, []],
    [['passed', 'skipped'], 'passed', 0, []],
    [['passed', 'failed', 'skipped'], 'failed', 1, ['1 of 3 cases failed.']],
    [['failed'], 'failed', 1, ['1 of 1 case failed.']],
    [['passed', 'error'], 'untrusted', 5, ['1 of 2 cases could not be judged.']],
    [['failed', 'error'], 'untrusted', 5, ['1 of 2 cases could not be judged.']],
    [['skipped', 'skipped'], 'untrusted', 5, ['Every case was skipped.']],
    [[], 'untrusted', 5, ['Nothing was tested.']],
  ] as const)('of cases %j is %s, exit code %i', (statuses, status, exitCode, reasons) => {
    expect(verdictOf(cases(...statuses), [])).toMatchObject({ status, exitCode, reasons });
  });

  it('is untrusted if anything went wrong that no case shows', () => {
    expect(verdictOf(cases('passed'), ['The director ended.'])).toMatchObject({
      status: 'untrusted',
      exitCode: 5,
      reasons: ['The director ended.'],
      counts: { passed: 1, failed: 0, skipped: 0, error: 0 },
    });
  });

  it('is “interrupted” after a signal, with the counts so far', () => {
    expect(interruptedVerdict(cases('passed', 'failed'), 'SIGINT')).toEqual({
      status: 'interrupted',
      exitCode: 130,
      reasons: ['Interrupted by SIGINT.'],
      counts: { passed: 1, failed: 1, skipped: 0, error: 0 },
    });
  });

  it('is “passed” only if a case passed and none did otherwise, but for those skipped', () => {
    const status = fc.constantFrom<Status>('passed', 'failed', 'skipped', 'error');
    fc.assert(
      fc.property(
        fc.array(status, { maxLength: 8 }),
        fc.array(fc.constant('It broke.'), { maxLength: 1 }),
        (all, problems) => {
          const mayPass =
            problems.length === 0 &&
            all.includes('passed') &&
            !all.includes('failed') &&
            !all.includes('error');
          const verdict = verdictOf(cases(...all), problems);
          expect(verdict.status === 'passed').toBe(mayPass);
          expect(verdict.exitCode === 0).toBe(mayPass);
          expect(verdict.reasons.length === 0).toBe(mayPass);
          expect(Object.values(verdict.counts).reduce((sum, count) => sum + count, 0)).toBe(all.length);
        },
      ),
    );
  });
});
