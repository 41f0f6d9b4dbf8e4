/** The scripted conversation, by which the cases of live sessions are judged without real servers. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selectedScenarios } from '../../../harness/conformance/catalogue.ts';
import { LABS } from '../../../harness/conformance/labs.ts';
import { NEEDS_REAL_SERVERS, runConversation } from '../../../harness/conformance/run-conversation.ts';
import { ownDirector } from '../../../harness/directors/index.ts';
import type { Mode } from '../../../lab/index.ts';
import { ALL_MODES } from '../../../lab/modes.ts';
import type { CaseResult } from '../../../reports/result.ts';
import { finding } from '../../../scenarios/kit/finding.ts';
import { caseId } from '../../../scenarios/kit/requirement.ts';
import type { SessionCase } from '../../../scenarios/kit/session-case.ts';

let resultDirectory: string;
beforeAll(async () => {
  resultDirectory = await mkdtemp(join(tmpdir(), 'lvs-lab-test-'));
});
afterAll(() => rm(resultDirectory, { recursive: true }));

async function converse(mode: Mode, scenarios: readonly SessionCase[]): Promise<CaseResult[]> {
  await using player = await LABS.memory({ mode, director: ownDirector, seed: 1, resultDirectory });
  const where = { mode, lab: 'memory', director: ownDirector, player, resultDirectory } as const;
  return runConversation(scenarios, { ...where, seed: 1, index: 300 });
}

describe.each(ALL_MODES)('the cases of live sessions in memory: %s', (mode) => {
  const scenarios = selectedScenarios(mode, []);
  let results: CaseResult[];
  beforeAll(async () => {
    results = await converse(mode, scenarios);
  });

  it('have their ids, in their order', () => {
    expect(results.map(({ id }) => id)).toEqual(scenarios.map((one) => caseId(one, mode)));
  });

  it('hold, each by something that was examined, unless they need real servers', () => {
    for (const [i, result] of results.entries()) {
      if (scenarios[i]!.needsRealServers === true) {
        expect(result).toMatchObject({ status: 'skipped', reason: NEEDS_REAL_SERVERS });
      } else {
        expect(result, result.id).toMatchObject({ status: 'passed', lab: 'memory', findings: [] });
        expect(result.examined).toBeGreaterThan(0);
      }
    }
    expect(results.filter(({ status }) => status === 'passed').length).toBeGreaterThan(7);
  });

  it('leave a capture of every interface', async () => {
    const files = await readdir(join(resultDirectory, 'cases', `${mode}-conversation`));
    expect(files).toEqual(
      expect.arrayContaining(['client-eth0.pcap', 'director-eth0.pcap', 'rs3-eth0.pcap']),
    );
  });
});

const made = (more: Partial<SessionCase>): SessionCase => ({
  name: 'made/up',
  title: 'Made up',
  requirement: 'It is so.',
  sources: [],
  modes: ['nat'],
  check: () => ({ examined: 1, evidence: '', findings: [] }),
  ...more,
});

it('a case for another scheduler cannot be judged by it', async () => {
  const [result] = await converse('nat', [made({ schedulers: ['wlc'] })]);
  expect(result).toMatchObject({ status: 'skipped', reason: expect.stringContaining('wlc') });
});

it('a case that asks for what real clients saw, without saying that it needs them, is no pass', async () => {
  const check: SessionCase['check'] = ({ traffic }) => ({
    examined: traffic.udp.exchanges.length,
    evidence: '',
    findings: [],
  });
  expect(await converse('nat', [made({ check })])).toMatchObject([
    { status: 'error', reason: expect.stringContaining('no real clients and servers') },
  ]);
});

it('a case that fails without a packet has no ladder', async () => {
  const check: SessionCase['check'] = () => ({ examined: 1, evidence: '', findings: [finding('Wrong.')] });
  const [result] = await converse('nat', [made({ check })]);
  expect(result).toMatchObject({ status: 'failed' });
  expect(result!.flow).toBeUndefined();
});
