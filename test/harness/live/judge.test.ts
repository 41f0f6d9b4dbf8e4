import { describe, expect, it } from 'vitest';
import { tsDirector } from '../../../harness/directors/ts/index.ts';
import { judge, skipped, unjudged } from '../../../harness/live/judge.ts';
import type { PlannedSession } from '../../../harness/live/networks.ts';
import { finding, findingAbout } from '../../../scenarios/kit/finding.ts';
import type { CheckResult, SessionCase } from '../../../scenarios/kit/session-case.ts';
import { evidenceOf } from '../../scenarios/fixtures/evidence.ts';
import { sceneOf } from '../../scenarios/fixtures/wire.ts';

const EVIDENCE = evidenceOf(sceneOf('dr'));

function scenario(check: () => CheckResult, schedulers?: string[]): SessionCase {
  return {
    name: 'some/thing',
    title: 'Something',
    requirement: 'It is so.',
    sources: [{ kind: 'rfc', where: 'Experience' }],
    modes: ['dr'],
    ...(schedulers === undefined ? {} : { schedulers }),
    check,
  };
}

function session(of: SessionCase): PlannedSession {
  return { mode: 'dr', director: tsDirector, scheduler: 'rr', scenarios: [of] };
}

function judged(check: () => CheckResult, schedulers?: string[]) {
  const one = scenario(check, schedulers);
  return judge(one, session(one), EVIDENCE, '/run');
}

describe('judging a case', () => {
  it('passes it if something was examined and nothing found', () => {
    expect(judged(() => ({ examined: 3, evidence: '3 packets', findings: [] }))).toEqual({
      id: 'dr/some/thing',
      title: 'Something',
      requirement: 'It is so.',
      source: 'Experience',
      lab: 'live',
      mode: 'dr',
      director: 'ts',
      scheduler: 'rr',
      status: 'passed',
      evidence: '3 packets',
      examined: 3,
      findings: [],
      findingsLeftOut: 0,
    });
  });

  it('does not pass it if no matching packet was captured', () => {
    expect(judged(() => ({ examined: 0, evidence: 'no packets', findings: [] }))).toMatchObject({
      status: 'error',
      reason: 'no matching packet was captured, so this could not be judged',
    });
  });

  it('fails it if there is a finding, even though nothing was examined', () => {
    expect(judged(() => ({ examined: 0, evidence: '', findings: [finding('Wrong.')] }))).toMatchObject({
      status: 'failed',
      findings: [{ message: 'Wrong.', fields: [] }],
    });
  });

  it('says that the check itself failed, if it did', () => {
    const broken = judged(() => {
      throw new TypeError('rs9 eth0 was not captured');
    });
    expect(broken).toMatchObject({
      status: 'error',
      reason: 'the check itself failed: rs9 eth0 was not captured',
      examined: 0,
    });
  });

  it('judges by the policy where no more of the scheduler is declared, if it has one', () => {
    const ordered: SessionCase = {
      ...scenario(() => ({ examined: 1, evidence: 'each decision', findings: [] })),
      needsOrder: true,
      checkPolicy: () => ({ examined: 1, evidence: 'policy', findings: [] }),
    };
    const by = (scheduler: string, choice: 'exact' | 'policy') => {
      const declared = { ...tsDirector.declared, schedulers: { [scheduler]: choice } };
      const director = { ...tsDirector, isOwn: false, name: 'other', declared };
      return judge(ordered, { ...session(ordered), scheduler, director }, EVIDENCE, '/run');
    };
    expect(by('rr', 'exact')).toMatchObject({ status: 'passed', evidence: 'each decision' });
    expect(by('rr', 'policy')).toMatchObject({ status: 'passed', evidence: 'policy' });
    expect(by('rr', 'policy').needs).not.toContain('order/rr');
    expect(by('sh', 'policy')).toMatchObject({
      status: 'skipped',
      reason: expect.stringMatching(/does not declare order\/sh/),
    });
  });

  it('lists five findings and counts the rest', () => {
    const findings = Array.from({ length: 12 }, (_, i) => finding(`Finding ${i}.`));
    const one = judged(() => ({ examined: 12, evidence: '', findings }));
    expect(one.findings.map(({ message }) => message)).toEqual([0, 1, 2, 3, 4].map((i) => `Finding ${i}.`));
    expect(one.findingsLeftOut).toBe(7);
  });

  it('names captures relative to the result file, in the command too', () => {
    const packet = EVIDENCE.captures.find(({ packets }) => packets.length > 0)!.packets[0]!;
    const { findings } = judged(() => ({
      examined: 1,
      evidence: '',
      findings: [findingAbout(packet, 'Wrong.')],
    }));
    expect(findings[0]!.packet!.capture).toBe('captures/client-eth0.pcap');
    expect(findings[0]!.command).toContain('-r captures/client-eth0.pcap ');
  });

  it('skips it for a scheduler of which it says nothing', () => {
    const one = judged(() => {
      throw new Error('must not be asked');
    }, ['wrr', 'wlc']);
    expect(one).toMatchObject({
      status: 'skipped',
      reason: 'says something of wrr and wlc only; the scheduler is rr',
    });
  });

  it('keeps the reason of what could not run', () => {
    const one = scenario(() => ({ examined: 1, evidence: '', findings: [] }));
    expect(unjudged(one, session(one), 'the network fell')).toMatchObject({
      status: 'error',
      reason: 'the network fell',
    });
    expect(skipped(one, session(one), 'no IPVS here')).toMatchObject({
      status: 'skipped',
      reason: 'no IPVS here',
    });
  });
});
