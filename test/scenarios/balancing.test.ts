import { describe, expect, it } from 'vitest';
import type { DirectorSnapshot } from '../../director/index.ts';
import { ALL_MODES } from '../../lab/modes.ts';
import { countedBy, judgeBy } from './fixtures/evidence.ts';
import {
  arp,
  type Conversation,
  converse,
  ROUND_ROBIN,
  sceneOf,
  type Transmission,
} from './fixtures/wire.ts';

/** One connection for each server named, in turn. */
function connectionsTo(...servers: number[]): Conversation[] {
  return servers.map((server, i) => ({ kind: 'tcp', clientPort: 40_000 + i, server }));
}

describe.each(ALL_MODES)('%s', (mode) => {
  const scene = sceneOf(mode);

  it('connection/one-server fails if a packet reaches another server', () => {
    const transmissions = converse(scene);
    const at = transmissions.findLastIndex(({ to }) => to === 'rs1 eth0');
    const moved = transmissions.with(at, { ...transmissions[at]!, to: 'rs2 eth0' });
    expect(judgeBy('connection/one-server', scene, { transmissions: moved }).findings).toMatchObject([
      { message: 'This packet belongs to a connection that began on rs1.', packet: { host: 'rs2' } },
    ]);
  });

  it.each([
    ['rr', [1], [0, 1, 2, 0, 1, 2, 0], true],
    ['rr', [1], [0, 0, 0, 0, 1, 2], false],
    // rr does not look at weights, but for a server whose weight is 0.
    ['rr', [1, 2, 3], [0, 1, 2, 0, 1, 2], true],
    ['rr', [1, 1, 0], [0, 1, 0, 1, 0, 1], true],
    ['rr', [1, 1, 0], [0, 1, 2, 0, 1, 2], false],
    ['wrr', [1, 1, 4], [2, 2, 2, 2, 0, 1, 2, 2, 2, 2, 0, 1], true],
    ['wrr', [1, 1, 1], [0, 0, 0, 0, 0, 0, 0, 1, 2, 1, 2, 0], false],
  ])('scheduler/share judges by %s and weights %j', (scheduler, weights, servers, holds) => {
    const weighted = sceneOf(mode, scheduler, weights);
    const transmissions = converse(weighted, connectionsTo(...servers));
    const { findings, examined } = judgeBy('scheduler/share', weighted, { transmissions });
    expect(examined).toBe(servers.length);
    expect(findings.length === 0).toBe(holds);
    if (!holds) {
      expect(findings[0]).toMatchObject({
        fields: [
          { field: expect.stringMatching(/^TCP connections to /), expected: expect.stringMatching(/±/) },
        ],
      });
    }
  });

  it('scheduler/share judges UDP apart from TCP', () => {
    const onlyFirst = Array.from({ length: 6 }, (_, i) => ({
      kind: 'udp' as const,
      clientPort: 50_000 + i,
      server: 0,
    }));
    const transmissions = converse(scene, [...connectionsTo(0, 1, 2, 1, 2, 1, 2, 1, 2), ...onlyFirst]);
    const { findings } = judgeBy('scheduler/share', scene, { transmissions });
    const udp = findings.filter(({ fields }) => fields[0]?.field.startsWith('UDP connections'));
    expect(udp.map(({ message }) => message)).toContain('rs1 does not get its share.');
  });

  it('scheduler/order fails if connections go elsewhere than the algorithm sends them', () => {
    // The same shares as in turn, in another order.
    const [first, ...others] = ROUND_ROBIN.filter(({ kind }) => kind === 'tcp');
    const swapped = [
      { ...first!, server: 0 },
      ...others.map((one, i) => (i === 1 ? { ...one, server: 2 } : one)),
    ];
    const { findings } = judgeBy('scheduler/order', scene, { transmissions: converse(scene, swapped) });
    expect(findings).toMatchObject([
      {
        message: 'Connection 1 went elsewhere than the reference model says.',
        fields: [{ expected: 'rs3', seen: 'rs1' }],
      },
      {
        message: 'Connection 3 went elsewhere than the reference model says.',
        fields: [{ expected: 'rs1', seen: 'rs3' }],
      },
    ]);
  });

  describe('two connections that arrive at once', () => {
    const [first, second] = [40_000, 40_001].map((clientPort, i) => ({
      kind: 'tcp' as const,
      clientPort,
      server: 1 + i,
    })) as [Conversation, Conversation];
    /** The first one's SYN arrives first and leaves last, after what is given. */
    const passed = (to: readonly [Conversation, Conversation], between: readonly Transmission[] = []) => {
      const [one, other] = to.map((conversation) => converse(scene, [conversation])) as [
        Transmission[],
        Transmission[],
      ];
      const arrived = one.findIndex((hop) => hop.to === 'director eth0') + 1;
      const [ofOne, ofOther] = [one, other].map((all) => all.slice(0, arrived)) as [
        Transmission[],
        Transmission[],
      ];
      const rest = [...other.slice(arrived, arrived + 1), ...one.slice(arrived), ...other.slice(arrived + 1)];
      return [...ofOne, ...ofOther, ...between, ...rest];
    };

    it('are judged in the order in which they leave', () => {
      expect(judgeBy('scheduler/order', scene, { transmissions: passed([first, second]) })).toMatchObject({
        examined: 2,
        findings: [],
      });
      const wrong = passed([
        { ...first, server: 2 },
        { ...second, server: 1 },
      ]);
      expect(judgeBy('scheduler/order', scene, { transmissions: wrong }).findings).toHaveLength(2);
    });

    it('are judged in the order in which they arrive where the first one had to wait for an address', () => {
      const port = mode === 'nat' ? 'eth1' : 'eth0';
      const asked = mode === 'tun' ? 'router eth1' : 'rs1 eth0';
      const { dip } = scene.topology;
      const request = arp(`director ${port}`, asked, {
        isReply: false,
        sender: dip,
        target: '10.0.2.11',
      });
      const waited = passed(
        [
          { ...first, server: 2 },
          { ...second, server: 1 },
        ],
        [request],
      );
      expect(judgeBy('scheduler/order', scene, { transmissions: waited }).findings).toEqual([]);
    });
  });

  it('scheduler/order fails if a connection reaches no server', () => {
    const unanswered = converse(scene).filter(
      ({ content, to }) => !(to.startsWith('rs') && 'sourcePort' in content && content.sourcePort === 40_005),
    );
    expect(judgeBy('scheduler/order', scene, { transmissions: unanswered }).findings).toMatchObject([
      { fields: [{ field: 'real server', expected: 'rs1', seen: 'none' }] },
    ]);
  });

  it.each([
    // From any start, and each service in its own turn.
    ['rr', [1], [0, 1, 2, 0, 1, 2], []],
    ['rr', [1], [0, 2, 1, 1, 2, 0], []],
    ['rr', [1], [0, 0, 0, 1, 2, 2], [2, 3]],
    ['wrr', [1, 1, 4], [2, 2, 2, 2, 0, 1], []],
    ['wrr', [1, 1, 4], [0, 1, 0, 1, 2, 2], [3, 4]],
  ] as const)(
    'scheduler/order holds the policy of %s with weights %j, and no more, against %j',
    (scheduler, weights, servers, wrong) => {
      const weighted = sceneOf(mode, scheduler, weights);
      const transmissions = converse(weighted, connectionsTo(...servers));
      const { findings, examined } = judgeBy('scheduler/order', weighted, { transmissions }, 'checkPolicy');
      expect(examined).toBe(servers.length);
      expect(findings.map(({ message }) => message)).toEqual(
        wrong.map((number) => expect.stringContaining(`Connection ${number} of `)),
      );
    },
  );

  it('scheduler/order by policy fails if a connection reaches no server', () => {
    const unanswered = converse(scene).filter(
      ({ content, to }) => !(to.startsWith('rs') && 'sourcePort' in content && content.sourcePort === 40_005),
    );
    expect(
      judgeBy('scheduler/order', scene, { transmissions: unanswered }, 'checkPolicy').findings,
    ).toMatchObject([{ fields: [{ field: 'real server', seen: 'none' }] }]);
  });

  const honest = countedBy(scene, converse(scene));

  it('counters/agree rests on figures that were added up by hand', () => {
    // Six connections of three packets, 40 bytes and one of them 18 more; three datagrams of 32.
    expect(honest.totals).toMatchObject({
      connections: 9,
      inPackets: 21,
      inBytes: 6 * (40 + 40 + 58) + 3 * 32,
    });
    expect(honest.totals.outPackets).toBe(mode === 'nat' ? 15 : 0);
  });

  const off = (director: DirectorSnapshot) => judgeBy('counters/agree', scene, { director }).findings;

  it.each([
    ['packets in', 'inPackets'],
    ['bytes in', 'inBytes'],
    ['packets out', 'outPackets'],
    ['bytes out', 'outBytes'],
    ['connections', 'connections'],
  ] as const)('counters/agree fails if one total is one off: %s', (field, name) => {
    const seen = honest.totals[name] + 1;
    expect(off({ ...honest, totals: { ...honest.totals, [name]: seen } })).toMatchObject([
      {
        message: 'Counters differ from the captures.',
        fields: [{ field, expected: String(honest.totals[name]), seen: String(seen) }],
      },
    ]);
  });

  it.each(['inPackets', 'inBytes', 'outPackets', 'outBytes', 'connections'] as const)(
    'counters/agree fails if one server’s are one off, though the totals are right: %s',
    (name) => {
      const [tcp, udp] = honest.services;
      const [rs1, rs2, rs3] = tcp!.servers;
      const servers = [{ ...rs1!, [name]: rs1![name] + 1 }, { ...rs2!, [name]: rs2![name] - 1 }, rs3!];
      const findings = off({ ...honest, services: [{ ...tcp!, servers }, udp!] });
      expect(findings).toHaveLength(1);
      expect(findings[0]!.fields.map(({ field }) => field)).toEqual([
        expect.stringMatching(/ of rs1 for .*:80$/),
        expect.stringMatching(/ of rs2 for .*:80$/),
      ]);
    },
  );
});
