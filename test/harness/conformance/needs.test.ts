/** What cases need of a director, found by playing them. */
import { describe, expect, it } from 'vitest';
import { askedOf, notDeclared } from '../../../harness/conformance/declared-needs.ts';
import { unsupportedIn, untriedFeatures } from '../../../harness/conformance/features-tried.ts';
import { needsOf } from '../../../harness/conformance/needs.ts';
import { probesOf } from '../../../harness/conformance/probes.ts';
import { directors, ownDirector } from '../../../harness/directors/index.ts';
import type { CaseResult } from '../../../reports/result.ts';
import { FEATURES, featuresOf, IPVS_OWN } from '../../../scenarios/features.ts';
import { packetCases } from '../../../scenarios/index.ts';
import { casesOf } from '../../reports/results.ts';

const nft = directors.nft!;

function planned(name: string) {
  const index = packetCases.findIndex((one) => one.name === name);
  return { one: packetCases[index]!, index };
}

async function needs(name: string) {
  const { one, index } = planned(name);
  return [...(await needsOf(one, one.modes[0]!, index))];
}

describe('what a case needs', () => {
  it.each([
    ['persistence/sticks', ['persistence', 'scheduler/rr', 'order/rr', 'end-to-end']],
    ['states/established', ['connections', 'lists']],
    ['fragment/request', ['fragments', 'end-to-end']],
    ['request/sctp', ['protocol/sctp']],
    ['ttl/expired', ['one-sided', 'protocol/tcp', 'protocol/udp', 'icmp']],
    ['no-server/none', ['icmp', 'ipvs']],
    ['drop-packet/tenth', ['settings']],
    ['threshold/upper', ['thresholds']],
    ['weight/quiesced', ['edits']],
    ['timeout/established', ['virtual-time']],
  ])('is seen when it is played: %s', async (name, expected) => {
    expect(await needs(name)).toEqual(expect.arrayContaining(expected));
  });

  it('is no more than that', async () => {
    const asked = await needs('reply/ports');
    for (const other of ['persistence', 'lists', 'counters', 'settings', 'order/rr', 'one-sided', 'ipvs']) {
      expect(asked).not.toContain(other);
    }
  });

  it('is in the table of features', async () => {
    for (const name of ['persistence/sticks', 'request/sctp', 'outer/gue', 'scheduler/mh/sequence']) {
      const index = packetCases.findIndex((one) => one.name.startsWith(name));
      const one = packetCases[index]!;
      for (const feature of await needsOf(one, one.modes[0]!, index))
        expect(FEATURES.has(feature)).toBe(true);
    }
  });

  it('is had by this repository’s director', async () => {
    for (const at of [0, 60, 120, 180]) {
      const one = packetCases[at]!;
      expect((await askedOf({ one, index: at }, one.modes[0]!, ownDirector)).lacking).toEqual([]);
    }
  });

  it('is no UDP of a director without it, where TCP alone shows as much', async () => {
    const tcpOnly = { ...nft, declared: { ...nft.declared, protocols: ['tcp'] as const } };
    const lacking = async (name: string) => (await askedOf(planned(name), 'nat', tcpOnly)).lacking;
    for (const name of ['request/payload', 'reply/ports', 'conversation/tcp']) {
      expect(await lacking(name), name).toEqual([]);
    }
    for (const name of ['request/udp-without-checksum', 'conversation/udp', 'request/broadcast-frame']) {
      expect(await lacking(name), name).toEqual(['protocol/udp']);
    }
    expect(await needs('request/payload')).toContain('protocol/udp');
  });

  it('names beginnings that cases have', () => {
    for (const prefix of IPVS_OWN) expect(packetCases.some(({ name }) => name.startsWith(prefix))).toBe(true);
  });
});

describe('a director that declares a policy', () => {
  it('is judged by it where a case can, and otherwise not at all', async () => {
    const sequence = await askedOf(planned('scheduler/rr/sequence'), 'nat', nft);
    expect(sequence.lacking).toEqual([]);
    expect(sequence.check).toBe(planned('scheduler/rr/sequence').one.checkPolicy);
    const changes = await askedOf(planned('scheduler/rr/changes'), 'nat', nft);
    expect(changes.lacking).toContain('order/rr');
    expect(notDeclared(nft, ['order/rr'])).toBe(
      'unsupported: nft does not declare order/rr (each decision of rr is IPVS’s own)',
    );
  });

  it('is asked for each thing that it does not declare', () => {
    const names = probesOf(nft).map(({ one }) => one.name);
    expect(names).toEqual(
      expect.arrayContaining([
        'unsupported/mode/dr',
        'unsupported/family/ipv6',
        'unsupported/protocol/sctp',
        'unsupported/scheduler/wlc',
        'unsupported/persistence',
        'unsupported/connections',
      ]),
    );
    const declared = featuresOf(nft.declared);
    for (const name of names) expect(declared).not.toContain(name.replace('unsupported/', ''));
  });

  it('has a feature called untried where all of its cases were skipped', () => {
    const skipped: CaseResult = {
      ...casesOf({ mode: 'nat', director: 'nft' })[0]!,
      status: 'skipped',
      needs: ['edits', 'persistence'],
    };
    const passed: CaseResult = { ...skipped, status: 'passed', needs: ['edits'] };
    expect(untriedFeatures(nft, [skipped])).toEqual([
      'nft declares edits, but the only case of it in this run was skipped, for want of persistence (1).',
    ]);
    expect(untriedFeatures(nft, [skipped, passed])).toEqual([]);
    expect(unsupportedIn(nft, [skipped, passed])).toEqual([
      'nft does not declare what 1 case needs: persistence (1).',
    ]);
  });
});
