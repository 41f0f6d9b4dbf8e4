import { describe, expect, it } from 'vitest';
import { ALL_MODES } from '../../lab/modes.ts';
import { sessionCases } from '../../scenarios/index.ts';
import { evidenceOf } from './fixtures/evidence.ts';
import { arp, converse, requestAtDirector, type Scene, sceneOf, type Transmission } from './fixtures/wire.ts';

/** What a session has besides conversations with the servers. */
function asides(scene: Scene): Transmission[] {
  const { vip, cip } = scene.topology;
  const { localPort } = scene.service;
  const near = scene.mode === 'nat' ? 'client eth0' : 'router eth1';
  const local = {
    kind: 'tcp' as const,
    source: cip,
    destination: vip,
    sourcePort: 60_000,
    destinationPort: localPort,
    ttl: 63,
    id: 5,
    tos: 0,
    dontFragment: true,
    sequence: 1,
    acknowledgement: 0,
    flags: 2,
    payload: '',
  };
  const toLocalPort: Transmission = { from: near, to: 'director eth0', content: local };
  if (scene.mode === 'nat') return [toLocalPort];
  const question = arp('rs1 eth0', 'rs2 eth0', { isReply: false, sender: '10.0.3.11', target: '10.0.3.12' });
  if (scene.mode === 'dr') return [toLocalPort, question];
  const tooLarge = requestAtDirector(
    scene,
    { kind: 'tcp', clientPort: 40_000, server: 2 },
    { payload: 'x'.repeat(1460), id: 77 },
  );
  const answer: Transmission = {
    from: 'director eth0',
    to: 'router eth1',
    content: {
      kind: 'fragmentation-needed',
      source: vip,
      destination: cip,
      ttl: 64,
      id: 1,
      tos: 0xc0,
      dontFragment: false,
      mtuBytes: 1480,
      quoted: tooLarge.content as never,
    },
  };
  return [toLocalPort, question, tooLarge, answer];
}

describe.each(ALL_MODES)('a session without a flaw, %s', (mode) => {
  const scene = sceneOf(mode);
  const here = sessionCases.filter(({ modes }) => modes.includes(mode));

  it.each(here.map((scenario) => [scenario.name, scenario] as const))('%s holds', (name, { check }) => {
    // Only for its own scenario is the request that is too large part of the session: no server gets it.
    const extra = asides(scene).filter(
      ({ content }) => name === 'request/too-large' || !('id' in content && [1, 77].includes(content.id)),
    );
    const outcome = check(evidenceOf(scene, { transmissions: [...converse(scene), ...extra] }));
    expect(outcome.findings).toEqual([]);
    expect(outcome.examined).toBeGreaterThan(0);
    expect(outcome.evidence).toMatch(/\d/);
  });

  it.each(here.map((scenario) => [scenario.name, scenario] as const))(
    '%s does not hold by nothing',
    (_name, { check }) => {
      const nothing = evidenceOf(scene, { transmissions: [] });
      for (const observed of Object.values(nothing.traffic)) {
        // As if no traffic had been made.
        Object.assign(observed, { answers: [], exchanges: [], transfers: [], answersByServer: {} });
        Object.assign(observed.summary, { requests: 0, errors: 0 });
      }
      const { examined, findings } = check(nothing);
      expect(examined === 0 || findings.length > 0).toBe(true);
    },
  );
});

describe('scenarios', () => {
  it('have ids of their own in each mode, and say what they ask for', () => {
    const ids = sessionCases.flatMap(({ name, modes }) => modes.map((mode) => `${mode}/${name}`));
    expect(new Set(ids).size).toBe(ids.length);
    for (const { name, requirement, sources, title } of sessionCases) {
      expect(name).toMatch(/^[a-z-]+\/[a-z-]+$/);
      expect(requirement).toMatch(/\.$/);
      expect(sources.length).toBeGreaterThan(0);
      expect(title).not.toBe('');
    }
  });
});
