/** Mistakes around a director of which nothing is known but the contract. */
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contractCases } from '../../../harness/conformance/contract-cases.ts';
import { nftDirector } from '../../../harness/directors/nft/index.ts';
import { MISTAKES, selectMistakes } from '../../../harness/selftest/around/mistakes.ts';
import { tryAround } from '../../../harness/selftest/around/try-around.ts';
import type { MutantResult } from '../../../reports/result-figures.ts';
import { packetCases } from '../../../scenarios/index.ts';
import { temporaryRunDirectory } from '../../lab/fixtures/traces.ts';
import { describeAsRoot } from '../../root.ts';
import { lvsLabHere } from '../command-line.ts';

describe('the mistakes around a director', () => {
  it('each have cases that are there for them', () => {
    const all = [...packetCases, ...contractCases(nftDirector).map(({ one }) => one)];
    for (const { id, cases } of MISTAKES) {
      const found = cases.filter((prefix) => all.some(({ name }) => name.startsWith(prefix)));
      expect(found, id).not.toEqual([]);
    }
  });

  it('refuse options that are about mutants of the source', async () => {
    const { exitCode, stderr } = await lvsLabHere('selftest', '--director', 'nft', '--programs', '2');
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/are about the mutants of ts: give them without other directors/);
  });
});

describeAsRoot('mistakes around nftables', () => {
  const results: MutantResult[] = [];
  const leftOut: [string, readonly string[]][] = [];
  let path: string;
  beforeAll(async () => {
    ({ path } = await temporaryRunDirectory());
    const prefixes = ['udp', 'server-port', 'takes', 'packets', 'ttl', 'connections', 'persistence'];
    await tryAround(nftDirector, {
      mistakes: selectMistakes(prefixes),
      seed: 1,
      resultDirectory: path,
      onResult: (one) => results.push(one),
      onLeftOut: (id, lacking) => leftOut.push([id, lacking]),
      isInterrupted: () => false,
    });
  }, 60_000);
  afterAll(() => rm(path, { recursive: true, force: true }));

  it.each([
    ['udp-lost', 'nat/conversation/udp'],
    ['server-port-off', 'nat/request/ports'],
    ['takes-everything', 'nat/unsupported/mode/dr'],
    ['packets-lost', expect.stringMatching(/^nat\/conversation\//)],
    ['ttl-lost', 'nat/request/ttl'],
    ['connections-kept', 'nat/reset/tcp'],
  ])('%s is seen by %s', (id, killer) => {
    expect(results.find((one) => one.id === id)).toMatchObject({
      director: 'nft',
      status: 'killed',
      killedBy: [{ id: killer }],
    });
  });

  it('leave out what the director does not declare', () => {
    expect(leftOut).toEqual([['persistence-lost', ['persistence']]]);
  });
});
