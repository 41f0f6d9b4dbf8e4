/** The whole catalogue of packet cases in memory: the right director passes every case in every mode. */
import { describe, expect, it } from 'vitest';
import { playInMemory } from '../../harness/conformance/memory-stage.ts';
import { packetCases, sessionCases } from '../../scenarios/index.ts';
import { caseId } from '../../scenarios/kit/requirement.ts';

const SEED = 1;

describe('packet cases', () => {
  const all = packetCases.flatMap((one, index) =>
    one.modes.map((mode) => ({ one, mode, index, id: caseId(one, mode) })),
  );

  it.each(all)('$id holds', async ({ one, mode, index }) => {
    const { seen, played, error } = await playInMemory(one, mode, { seed: SEED, index });
    if (error !== undefined) throw error;
    const { examined, evidence, findings } = one.check(seen, played);
    expect(findings).toEqual([]);
    expect(examined).toBeGreaterThan(0);
    expect(evidence).not.toBe('');
    expect(evidence).not.toMatch(/(^|[ (])1 (new |tunnel |echo |ARP |short |outer )?[a-z]+[^s’ ]s\b/);
    expect(evidence).not.toMatch(/ (from|of|and) ?[.,]/);
  });

  it('have addresses of their own, different from those of the scenarios', () => {
    const live = sessionCases.flatMap((one) => one.modes.map((mode) => caseId(one, mode)));
    const ids = [...live, ...all.map(({ id }) => id)];
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
    for (const { id } of all) expect(id).toMatch(/^(nat|dr|tun)(\/[a-z0-9-]+){2,3}$/);
  });

  it('say in a sentence what they ask for, and where that comes from', () => {
    for (const { name, title, requirement, sources, modes } of packetCases) {
      expect(requirement, name).toMatch(/^\S.*[.]$/);
      expect(title, name).toMatch(/^\S.*[^.]$/);
      expect(sources.length, name).toBeGreaterThan(0);
      expect(new Set(modes).size, name).toBe(modes.length);
    }
  });
});
