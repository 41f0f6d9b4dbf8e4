import { describe, expect, it } from 'vitest';
import { ALL_MODES } from '../../lab/modes.ts';
import { evidenceOf, goodTraffic, judgeBy } from './fixtures/evidence.ts';
import { changeFirst, converse, sceneOf, type Transmission } from './fixtures/wire.ts';

describe.each(ALL_MODES)('%s', (mode) => {
  const scene = sceneOf(mode);
  const good = goodTraffic(scene);

  const spoilt = (at: number, kind: 'tcp' | 'udp') =>
    judgeBy('wire/checksums', scene, {
      transmissions: changeFirst(
        converse(scene),
        'rs2 eth0',
        (one): Transmission => ({ ...one, spoilt: { at, bits: 0x40 } }),
        (content) => content.kind === kind,
      ),
    }).findings;

  it.each([
    ['IP header', 14 + 8, 'tcp', /^the IPv4 header checksum is wrong$/],
    ['TCP header', 14 + 20 + 5, 'tcp', /^TCP checksum is 0x.{4}, should be 0x.{4}$/],
    ['TCP checksum', 14 + 20 + 16, 'tcp', /^TCP checksum is/],
    ['UDP payload', 14 + 20 + 8, 'udp', /^UDP checksum is/],
  ] as const)(
    'wire/checksums fails on both ends if one byte is spoilt in the %s',
    (_where, at, kind, message) => {
      const findings = spoilt(at, kind);
      expect(findings).toHaveLength(2);
      for (const one of findings) expect(one.message).toMatch(message);
      expect(findings.some(({ packet }) => packet?.host === 'rs2')).toBe(true);
    },
  );

  it('bytes/transfer fails if a body arrives damaged or short', () => {
    const [upload, download] = good.transfer.transfers as [never, never];
    const judged = (...transfers: { receivedSha256?: string; receivedBytes?: number }[]) =>
      judgeBy('bytes/transfer', scene, {
        traffic: { transfer: { ...good.transfer, transfers: transfers as never } },
      }).findings;
    expect(judged(upload, { ...(download as object), receivedSha256: 'other' })).toMatchObject([
      { message: 'The download arrived damaged.', fields: [{ field: 'SHA-256', seen: 'other' }] },
    ]);
    expect(judged({ ...(upload as object), receivedBytes: 9 }, download)).toMatchObject([
      { message: 'The upload arrived damaged.', fields: [{ field: 'bytes', expected: '10', seen: '9' }] },
    ]);
  });

  it('bytes/answers fails if a request failed', () => {
    const { keepAlive } = good;
    const { findings } = judgeBy('bytes/answers', scene, {
      traffic: { keepAlive: { ...keepAlive, summary: { ...keepAlive.summary, errors: 1 } } },
    });
    expect(findings).toMatchObject([{ message: 'keep-alive: 1 of 300 requests failed.' }]);
  });

  it('bytes/answers fails if somebody else answered', () => {
    const { newConnections } = good;
    const { findings } = judgeBy('bytes/answers', scene, {
      traffic: { newConnections: { ...newConnections, answersByServer: { rs1: 299, director: 1 } } },
    });
    expect(findings).toMatchObject([
      { message: 'new-connections: 1 answer came from "director", which is no real server.' },
    ]);
  });

  const echoed = (change: object) => {
    const [first, ...rest] = good.udp.exchanges;
    return judgeBy('udp/echo', scene, {
      traffic: { udp: { ...good.udp, exchanges: [{ ...first!, ...change }, ...rest] } },
    }).findings;
  };
  const from = `${scene.service.vipText}:5300`;

  it.each([
    ['is not answered', { answer: null, answeredBy: null }, [{ seen: 'nobody' }, { seen: 'no answer' }]],
    [
      'is answered by a server as itself',
      { answeredBy: '10.0.2.11:5353' },
      [{ expected: from, seen: '10.0.2.11:5353' }],
    ],
    [
      'is answered from an address that ends alike',
      { answeredBy: `1${from}` },
      [{ expected: from, seen: `1${from}` }],
    ],
    ['comes back changed', { answer: 'rs1 datagram of 50009' }, [{ field: 'answer' }]],
    ['comes back joined to something', { answer: 'rs1 xdatagram of 50000' }, [{ field: 'answer' }]],
    ['is answered by no real server', { answer: 'director datagram of 50000' }, [{ field: 'answer' }]],
  ])('udp/echo fails if a datagram %s', (_what, change, fields) => {
    expect(echoed(change)).toMatchObject([
      { message: 'Datagram from client port 50000 was not echoed as it should.', fields },
    ]);
  });

  it('local/no-rule fails if nobody answers, or a server does', () => {
    const judged = (answeredBy: string | null) =>
      judgeBy('local/no-rule', scene, {
        traffic: { local: { ...good.local, answeredBy, problem: answeredBy === null ? 'refused' : null } },
      }).findings;
    expect(judged(null)).toMatchObject([{ fields: [{ expected: 'director', seen: 'refused' }] }]);
    expect(judged('rs1')).toMatchObject([{ fields: [{ expected: 'director', seen: 'rs1' }] }]);
  });

  it('local/no-rule fails if a server gets the packet', () => {
    const leaked = changeFirst(
      converse(scene),
      mode === 'tun' ? 'router eth2' : mode === 'dr' ? 'director eth0' : 'director eth1',
      (one) => [one, { ...one, content: { ...one.content, destinationPort: 9000 } as never }],
    );
    expect(judgeBy('local/no-rule', scene, { transmissions: leaked }).findings).toMatchObject([
      { message: 'A server got a packet for a port without a rule.', packet: { host: 'rs3' } },
    ]);
  });

  it('store/session fails if the counter is out of step', () => {
    const judged = (answers: { server: string; count: number }[], errors = 0) =>
      judgeBy('store/session', scene, {
        traffic: { session: { summary: { ...good.session.summary, errors }, answers } },
      }).findings;
    const [first, second, third] = good.session.answers;
    expect(judged([first!, { ...second!, count: 1 }, third!])).toMatchObject([
      { message: 'Request 2, answered by rs2, is out of step.', fields: [{ expected: '2', seen: '1' }] },
    ]);
    expect(judged([first!, second!], 1)).toMatchObject([{ message: '1 of 3 requests failed.' }]);
    expect(judged([first!, { server: 'rs1', count: 2 }])).toMatchObject([
      { message: 'The visitor never moved: all answers came from rs1.' },
    ]);
  });
});

it('a check does not judge an interface that was not captured', () => {
  const evidence = evidenceOf(sceneOf('dr'));
  expect(() => evidence.on('rs1', 'eth7')).toThrow('rs1 eth7 was not captured');
  expect(() => evidence.sentBy('rs9', 'eth0')).toThrow('rs9 has no interface eth0');
});
