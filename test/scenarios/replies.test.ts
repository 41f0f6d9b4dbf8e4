import { describe, expect, it } from 'vitest';
import type { Mode } from '../../lab/index.ts';
import { judgeBy } from './fixtures/evidence.ts';
import { arp, changeFirst, converse, sceneOf, type Transmission, withContent } from './fixtures/wire.ts';

const NAT = sceneOf('nat');

function inNat(name: string, from: string, change: (one: Transmission) => Transmission | Transmission[]) {
  const transmissions = changeFirst(
    converse(NAT),
    from,
    change,
    ({ destination }) => destination === '10.0.1.2',
  );
  return judgeBy(name, NAT, { transmissions }).findings;
}

describe('nat/reply/source fails', () => {
  const fails = (change: (one: Transmission) => Transmission | Transmission[]) =>
    inNat('reply/source', 'director eth0', change);

  it('if the source port stays the server’s', () => {
    expect(fails((one) => withContent(one, { sourcePort: 8080 })).map(({ message }) => message)).toEqual([
      // It is no reply of the service any more, so one is lost.
      'This reply did not leave the director towards the client.',
    ]);
  });

  it('if the source stays the server’s, which the client then sees', () => {
    expect(fails((one) => withContent(one, { source: '10.0.2.13', sourcePort: 8080 }))).toMatchObject([
      { message: 'The client sees a real server’s own address.', packet: { host: 'client' } },
      {
        message: 'The reply was rewritten wrongly.',
        fields: expect.arrayContaining([{ field: 'IP source', expected: '10.0.1.100', seen: '10.0.2.13' }]),
      },
    ]);
  });

  it.each([
    ['IP TTL', { ttl: 64 }],
    ['IP TOS', { tos: 4 }],
  ])('if more than the source changes: %s', (field, change) => {
    expect(fails((one) => withContent(one, change))).toMatchObject([{ fields: [{ field }, {}] }]);
  });

  it('if a reply is lost, or invented', () => {
    expect(fails(() => [])).toMatchObject([{ message: expect.stringContaining('did not leave') }]);
    expect(fails((one) => [one, withContent(one, { id: 9 })])).toMatchObject([
      { message: 'The director sent this reply, but no server did.' },
    ]);
  });
});

describe('nat/reply/path fails', () => {
  it('if a server reaches the client past the director', () => {
    const findings = inNat('reply/path', 'director eth0', (one) => ({ ...one, from: 'rs1 eth0' }));
    expect(findings).toMatchObject([
      { message: 'This reply reached the client past the director.', packet: { host: 'client' } },
    ]);
  });
});

describe.each(['dr', 'tun'] as const satisfies readonly Mode[])('%s', (mode) => {
  const scene = sceneOf(mode);
  const when = (name: string, from: string, change: (one: Transmission) => Transmission | Transmission[]) =>
    judgeBy(name, scene, { transmissions: changeFirst(converse(scene), from, change) }).findings;

  it('reply/source fails if a server answers as itself', () => {
    const rip = scene.service.servers[2]!.ripText;
    expect(when('reply/source', 'rs3 eth0', (one) => withContent(one, { source: rip }))).toMatchObject([
      {
        message: 'The server answered with another source than VIP and service port.',
        packet: { host: 'rs3' },
      },
    ]);
  });

  it('reply/source fails if a server answers from another port', () => {
    expect(when('reply/source', 'rs3 eth0', (one) => withContent(one, { sourcePort: 8080 }))).toMatchObject([
      { message: 'The server answered with another source than VIP and service port.' },
    ]);
  });

  it('reply/source fails if a reply is lost on its way', () => {
    expect(when('reply/source', 'router eth0', () => [])).toMatchObject([
      { message: 'This reply did not reach the client.', packet: { host: 'rs3' } },
    ]);
  });

  it('reply/source fails if a reply is changed on its way', () => {
    expect(when('reply/source', 'router eth0', (one) => withContent(one, { ttl: 62 }))).toMatchObject([
      {
        message: 'The reply was changed on its way.',
        fields: [{ field: 'IP TTL', expected: '63', seen: '62' }, {}],
      },
    ]);
  });

  it('reply/path fails if a reply crosses the director', () => {
    const misrouted = when('reply/path', 'rs3 eth0', (one) => [{ ...one, to: 'director eth0' }, one]);
    expect(misrouted).toMatchObject([
      { message: 'A reply went through the director.', packet: { host: 'director', interface: 'eth0' } },
    ]);
    const sent = when('reply/path', 'rs3 eth0', (one) => [one, { ...one, from: 'director eth0' }]);
    expect(sent).toHaveLength(1);
  });

  it('reply/path holds though a switch brings a reply past the director that is not for it', () => {
    const flooded = when('reply/path', 'rs3 eth0', (one) => [
      one,
      { ...one, to: 'director eth0', destinationMac: '02:00:0a:00:02:fe' },
    ]);
    expect(flooded).toEqual([]);
  });

  it('arp/vip-owner fails if a server answers for the VIP', () => {
    const { vip } = scene.topology;
    const question = arp('rs2 eth0', 'rs1 eth0', { isReply: false, sender: '10.0.2.12', target: vip });
    const answer = arp('rs1 eth0', 'rs2 eth0', { isReply: true, sender: vip, target: '10.0.2.12' });
    const judged = (...transmissions: Transmission[]) => judgeBy('arp/vip-owner', scene, { transmissions });
    expect(judged(question)).toMatchObject({ findings: [] });
    expect(judged(question).examined).toBeGreaterThan(0);
    expect(judged(question, answer).findings).toMatchObject([
      {
        message: `A real server says that it has ${vip}.`,
        packet: { host: 'rs1', summary: `ARP reply: ${vip} is at ${scene.service.servers[0]!.mac}` },
      },
    ]);
  });

  it('arp/vip-owner fails if a server names the VIP as the sender of a question', () => {
    const { vip } = scene.topology;
    const gratuitous = arp('rs1 eth0', 'rs2 eth0', { isReply: false, sender: vip, target: vip });
    expect(judgeBy('arp/vip-owner', scene, { transmissions: [gratuitous] }).findings).toHaveLength(1);
  });
});
