/** The kernel's IPVS in a guest: one boot, and a case of each kind of thing that is asked of it. */
import { describe, expect, it } from 'vitest';
import { selectedPacketCases } from '../../../harness/conformance/catalogue.ts';
import { openNamespacePlayer } from '../../../harness/conformance/netns-player.ts';
import { ipvs } from '../../../harness/directors/ipvs/index.ts';
import { temporaryRunDirectory } from '../../lab/fixtures/traces.ts';

/** It boots in seconds, but at first its packages are fetched, and a busy machine may take long to emulate it. */
const LIMIT_MS = 300_000;
/** Packets both ways, marks, the machine's own settings, and what ipvsadm refuses. */
const CASES = ['reply/ports', 'request/ttl', 'marks/ports', 'mtu/at', 'rules/refused'];

const why = process.geteuid?.() === 0 ? await ipvs.unavailable() : 'needs root';

describe.skipIf(why !== undefined)(`the kernel's IPVS${why === undefined ? '' : ` (${why})`}`, () => {
  it('passes cases of the catalogue, in a guest in the director’s place', { timeout: LIMIT_MS }, async () => {
    await using directory = await temporaryRunDirectory();
    const options = { mode: 'nat', director: ipvs, seed: 1, runDirectory: directory.path } as const;
    await using player = await openNamespacePlayer(options);
    const outcomes = [];
    for (const { one, index } of selectedPacketCases(
      'nat',
      CASES.map((name) => `nat/${name}`),
    )) {
      const { error, seen, played } = await player.play(one, { index });
      outcomes.push({
        name: one.name,
        error,
        findings: error === undefined ? one.check(seen, played).findings : [],
      });
    }
    expect(outcomes.map(({ name }) => name)).toEqual(expect.arrayContaining(CASES));
    expect(outcomes.filter(({ error, findings }) => error !== undefined || findings.length > 0)).toEqual([]);
  });
});
