/** Directors of others through the contract: a folder of TypeScript, and programs that know nothing of this project. */
import { chmod, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readResult } from '../../../reports/read-result.ts';
import type { Result } from '../../../reports/result.ts';
import { temporaryRunDirectory } from '../../lab/fixtures/traces.ts';
import { describeAsRoot } from '../../root.ts';
import { lvsLabHere } from '../command-line.ts';

const EXAMPLE = fileURLToPath(new URL('../../../examples/directors/nft.json', import.meta.url));
const PROXY = fileURLToPath(new URL('../../../examples/directors/haproxy.json', import.meta.url));

/** Says yes to everything, and does nothing. */
const CARELESS = {
  name: 'careless',
  description: 'says yes to everything',
  command: ['./careless.sh'],
  quietMs: 0,
  modes: ['nat'],
  protocols: ['tcp', 'udp'],
  schedulers: { rr: 'policy' },
  abilities: ['end-to-end', 'edits'],
};

describeAsRoot('directors of others', () => {
  let directory: Awaited<ReturnType<typeof temporaryRunDirectory>>;
  let result: Result;
  const of = (director: string, id: string) =>
    result.cases.find((one) => one.director === director && one.id === `nat/${id}`);

  beforeAll(async () => {
    directory = await temporaryRunDirectory();
    const careless = join(directory.path, 'careless.json');
    await writeFile(careless, JSON.stringify(CARELESS));
    await writeFile(join(directory.path, 'careless.sh'), '#!/bin/sh\n[ "$1" != start ] || echo ready\n');
    await chmod(join(directory.path, 'careless.sh'), 0o755);
    const words = [
      'conformance',
      '--director',
      `nft,${EXAMPLE},${PROXY},${careless}`,
      '--out',
      directory.path,
    ];
    const ids = [
      'reply/ports',
      'scheduler/rr',
      'reset/',
      'unsupported/p',
      'unsupported/s',
      'unsupported/l',
      'unsupported/t',
    ];
    await lvsLabHere(...words, '--grep', ...ids.map((id) => `nat/${id}`));
    result = await readResult(join(directory.path, 'latest', 'result.json'));
  }, 60_000);
  afterAll(() => directory[Symbol.asyncDispose]());

  it.each(['nft', 'nftshell'])(
    '%s forwards, keeps its turns, forgets at a reset, and refuses what it does not declare',
    (name) => {
      expect(of(name, 'reply/ports')?.status).toBe('passed');
      for (const protocol of ['tcp', 'udp']) expect(of(name, `reset/${protocol}`)?.status).toBe('passed');
      expect(of(name, 'scheduler/rr/sequence')).toMatchObject({
        status: 'passed',
        evidence: expect.stringMatching(/^1,000 decisions, held against the policy of rr/),
      });
      expect(of(name, 'scheduler/rr/changes')).toMatchObject({
        status: 'skipped',
        reason: expect.stringContaining('does not declare order/rr'),
      });
      const probes = result.cases.filter(
        ({ id, director }) => director === name && id.includes('/unsupported/'),
      );
      expect(probes.length).toBeGreaterThan(10);
      expect(probes.filter(({ status }) => status !== 'passed')).toEqual([]);
    },
  );

  it('one that takes what it does not declare, or does nothing, fails', () => {
    expect(of('careless', 'reply/ports')?.status).toBe('failed');
    expect(of('careless', 'scheduler/rr/sequence')?.status).toBe('failed');
    expect(of('careless', 'unsupported/persistence')).toMatchObject({
      status: 'failed',
      findings: [{ fields: [{ expected: 'unsupported (exit code 77)', seen: 'taken' }] }],
    });
  });

  it('a proxy is played where packets need not come through whole, and the verdict says what was not tried', () => {
    expect(of('haproxysh', 'unsupported/persistence')?.status).toBe('passed');
    expect(of('haproxysh', 'reply/ports')?.status).toBe('skipped');
    expect(result.verdict.reasons.join('\n')).toMatch(/haproxysh declares scheduler\/rr, but all \d+ cases/);
  });

  it('leave evidence that lies apart', async () => {
    const folder = join(directory.path, 'latest');
    for (const name of ['nft', 'nftshell', 'careless']) {
      expect(await readdir(join(folder, name, 'cases'))).toContain('nat-reply-ports.pcap');
      expect(of(name, 'reply/ports')?.flow?.pcap).toBe(`${name}/cases/nat-reply-ports.pcap`);
    }
  });

  it('say in the result what they declare', () => {
    const shell = result.directors.find(({ name }) => name === 'nftshell');
    expect(shell).toMatchObject({ version: '1.0', available: true });
    expect(shell?.features).toEqual(expect.arrayContaining(['mode/nat', 'scheduler/rr', 'end-to-end']));
  });

  it('have their fairness measured in a bench, which names what it does not play', async () => {
    const words = [
      '--mode',
      'nat',
      '--scheduler',
      'rr,wlc',
      '--part',
      'fairness',
      'faults',
      '--profile',
      'quick',
    ];
    const { exitCode } = await lvsLabHere('bench', '--director', 'nft', ...words, '--out', directory.path);
    const bench = await readResult(join(directory.path, 'latest', 'result.json'));
    expect(exitCode).toBe(0);
    const of = (scheduler: string) => bench.fairness.find((one) => one.scheduler === scheduler);
    expect(of('rr')).toMatchObject({ director: 'nft', lab: 'live', status: 'passed' });
    expect(of('wlc')).toMatchObject({ director: 'nft', status: 'skipped' });
    expect(bench.notCovered).toContainEqual(expect.stringContaining('Not played with nft: faults'));
    expect(bench.faults).toBeUndefined();
  }, 60_000);
});
