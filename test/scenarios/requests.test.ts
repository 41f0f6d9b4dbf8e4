import { describe, expect, it } from 'vitest';
import { TCP_FLAG } from '../../director/wire/tcp.ts';
import type { Mode } from '../../lab/index.ts';
import { judgeBy } from './fixtures/evidence.ts';
import type { IpFields, Segment } from './fixtures/packet-bytes.ts';
import {
  changeFirst,
  converse,
  requestAtDirector,
  sceneOf,
  type Transmission,
  withContent,
} from './fixtures/wire.ts';

const isSyn = ({ flags }: Segment) => flags === TCP_FLAG.syn;
const isUdp = ({ kind }: Segment) => kind === 'udp';

/** The outcome of a scenario when the first packet from an interface is changed. */
function when(
  mode: Mode,
  name: string,
  from: string,
  change: (one: Transmission) => Transmission | Transmission[],
  chosen: (content: Segment) => boolean = () => true,
) {
  const scene = sceneOf(mode);
  return judgeBy(name, scene, { transmissions: changeFirst(converse(scene), from, change, chosen) });
}

describe('nat/request/destination fails', () => {
  const fails = (change: (one: Transmission) => Transmission | Transmission[], chosen = isSyn) =>
    when('nat', 'request/destination', 'director eth1', change, chosen).findings;

  it('if the server’s port is wrong', () => {
    expect(fails((one) => withContent(one, { destinationPort: 80 }))).toMatchObject([
      {
        message: 'The request was rewritten wrongly.',
        fields: [{ field: 'destination port', expected: '8080', seen: '80' }, { field: 'TCP checksum' }],
        packet: {
          host: 'director',
          interface: 'eth1',
          frame: 1,
          summary: expect.stringContaining(':80 [S]'),
        },
        command: expect.stringContaining('tcpdump'),
      },
    ]);
  });

  it('if the source is rewritten too', () => {
    const findings = fails((one) => withContent(one, { sourcePort: 40_500 }));
    // It is not known again: one request is lost and one came from nowhere.
    expect(findings.map(({ message }) => message)).toEqual([
      'The director did not send this request on to any server.',
      'The director sent this packet, but got no such request.',
    ]);
    expect(fails((one) => withContent(one, { source: '10.0.2.1' }))).toMatchObject([
      { message: 'The director did not send this request on to any server.' },
    ]);
  });

  it.each([
    ['IP TTL', { ttl: 64 }],
    ['IP TOS', { tos: 4 }],
    ['IP don’t fragment', { dontFragment: false }],
    ['TCP window', undefined],
  ])('if more than the destination changes: %s', (field, change) => {
    const findings = fails((one) =>
      change === undefined ? { ...one, spoilt: { at: 14 + 34, bits: 1 } } : withContent(one, change),
    );
    expect(findings).toHaveLength(1);
    expect(findings[0]!.fields[0]!.field).toBe(field);
  });

  it('if a checksum does not follow', () => {
    expect(fails((one) => ({ ...one, spoilt: { at: 14 + 36, bits: 0xff } }))).toMatchObject([
      { fields: [{ field: 'TCP checksum' }] },
    ]);
    expect(fails((one) => ({ ...one, spoilt: { at: 14 + 26, bits: 0xff } }), isUdp)).toMatchObject([
      { fields: [{ field: 'UDP checksum' }] },
    ]);
  });

  it('if the frame does not lead to the server', () => {
    expect(fails((one) => ({ ...one, destinationMac: '02:00:0a:00:02:63' }))).toMatchObject([
      { message: 'The frame does not lead to the server.', fields: [{ field: 'destination MAC' }] },
    ]);
  });

  it('if a request is lost, doubled, or invented', () => {
    expect(fails(() => [])).toMatchObject([{ message: expect.stringContaining('did not send') }]);
    expect(fails((one) => [one, one])).toMatchObject([
      { message: expect.stringContaining('got no such request') },
    ]);
  });
});

describe('dr/request/untouched fails', () => {
  const fails = (change: (one: Transmission) => Transmission | Transmission[], chosen = isSyn) =>
    when('dr', 'request/untouched', 'director eth0', change, chosen).findings;

  it('if the destination address is rewritten', () => {
    expect(fails((one) => withContent(one, { destination: '10.0.2.13' }))).toMatchObject([
      { message: 'The director did not send this request on to any server.' },
    ]);
  });

  it.each([
    ['IP TTL', { ttl: 63 }],
    ['IP TOS', { tos: 1 }],
  ])('if the header changes: %s', (field, change) => {
    expect(fails((one) => withContent(one, change))[0]?.fields[0]?.field).toBe(field);
  });

  it('if a byte of the payload changes, checksum and all', () => {
    const findings = fails(
      (one) => withContent(one, { payload: 'GET / HTTP/1.0\r\n\r\n' }),
      ({ payload }) => payload !== '',
    );
    expect(findings).toMatchObject([
      { fields: [{ field: 'TCP checksum' }, { field: 'byte 53 of the IP packet' }] },
    ]);
  });
});

describe('dr/request/macs fails', () => {
  const fails = (change: Partial<Transmission>) =>
    when('dr', 'request/macs', 'director eth0', (one) => ({ ...one, ...change })).findings;

  it('if the frame goes to no real server', () => {
    expect(fails({ destinationMac: '02:00:0a:00:02:fe' })).toMatchObject([
      {
        fields: [
          {
            field: 'destination MAC',
            expected: '02:00:0a:00:02:0b or 02:00:0a:00:02:0c or 02:00:0a:00:02:0d',
            seen: '02:00:0a:00:02:fe',
          },
        ],
      },
    ]);
  });

  it('if the frame keeps the MAC of the router that sent it', () => {
    // It is not the director’s then, as the wire shows it.
    expect(fails({ sourceMac: '02:00:0a:00:02:fe' })).toMatchObject([
      { message: 'The director did not send this request on to any server.' },
    ]);
  });
});

describe('tun/request/inner fails', () => {
  const fails = (change: Partial<Segment>) =>
    when('tun', 'request/inner', 'director eth0', (one) => withContent(one, change), isSyn).findings;

  it.each([
    ['IP TTL', { ttl: 63 }],
    ['IP TOS', { tos: 8 }],
  ])('if the inner packet changes: %s', (field, change) => {
    expect(fails(change)).toMatchObject([
      { message: 'The inner packet was changed.', fields: [{ field }, { field: 'IP header checksum' }] },
    ]);
  });

  it('if the inner packet is sent without an outer header', () => {
    const { findings } = when('tun', 'request/inner', 'director eth0', ({ from, to, content }) => ({
      from,
      to,
      content,
    }));
    expect(findings).toMatchObject([{ message: 'The director did not send this request on to any server.' }]);
  });
});

describe('tun/request/outer fails', () => {
  const fails = (change: Partial<IpFields>, inner: Partial<Segment> = {}) =>
    when(
      'tun',
      'request/outer',
      'director eth0',
      (one) => ({ ...withContent(one, inner), outer: { ...one.outer!, ...change } }),
      isSyn,
    ).findings;

  it.each([
    ['outer source', { source: '10.0.2.100' }, '10.0.2.1', '10.0.2.100'],
    ['outer destination', { destination: '10.0.3.99' }, '10.0.3.11', '10.0.3.99'],
    ['outer TTL', { ttl: 64 }, '62', '64'],
    ['outer TOS', { tos: 16 }, '0', '16'],
    ['outer don’t fragment', { dontFragment: false }, 'true', 'false'],
    ['outer identification', { id: 7 }, '0', '7'],
  ])('if it is wrong: %s', (field, change, expected, seen) => {
    expect(fails(change)).toMatchObject([
      {
        message: 'The outer header is wrong.',
        fields: [{ field, expected, seen }],
        packet: { host: 'director' },
      },
    ]);
  });

  it('unless congestion was marked inside, which the outer header starts anew', () => {
    expect(fails({ tos: 2 }, { tos: 3 })).toEqual([]);
    expect(fails({ tos: 3 }, { tos: 3 })).toMatchObject([
      { fields: [{ field: 'outer TOS', expected: '2' }] },
    ]);
  });
});

describe('tun/request/too-large', () => {
  const scene = sceneOf('tun');
  const request = requestAtDirector(
    scene,
    { kind: 'tcp', clientPort: 40_000, server: 2 },
    { payload: 'x'.repeat(1460), id: 77 },
  );
  const answer = (change: Partial<IpFields> & { mtuBytes?: number } = {}): Transmission => ({
    from: 'director eth0',
    to: 'router eth1',
    content: {
      kind: 'fragmentation-needed',
      source: scene.topology.vip,
      destination: scene.topology.cip,
      ttl: 64,
      id: 1,
      tos: 0xc0,
      dontFragment: false,
      mtuBytes: 1480,
      quoted: request.content as Segment,
      ...change,
    },
  });
  const judged = (...more: Transmission[]) =>
    judgeBy('request/too-large', scene, { transmissions: [...converse(scene), request, ...more] });

  it('holds if the request is answered', () => {
    expect(judged(answer())).toMatchObject({ examined: 1, findings: [] });
  });

  it('fails if nobody answers', () => {
    expect(judged().findings).toMatchObject([
      {
        message: 'This request was neither forwarded nor answered.',
        packet: { summary: expect.stringContaining('1460 bytes') },
      },
    ]);
  });

  it.each([
    ['source', { source: '10.0.2.1' }, '10.0.2.100', '10.0.2.1'],
    ['destination', { destination: '10.0.1.1' }, '10.0.1.2', '10.0.1.1'],
    ['next-hop MTU', { mtuBytes: 1500 }, '1480', '1500'],
  ])('fails if the answer is wrong: %s', (field, change, expected, seen) => {
    expect(judged(answer(change)).findings).toMatchObject([{ fields: [{ field, expected, seen }] }]);
  });

  it('proves nothing if no request was too large', () => {
    expect(judgeBy('request/too-large', scene)).toMatchObject({ examined: 0, findings: [] });
  });

  it('does not excuse a request that fits', () => {
    const fitting = requestAtDirector(
      scene,
      { kind: 'tcp', clientPort: 40_000, server: 2 },
      { payload: 'x'.repeat(1440), id: 77 },
    );
    const { findings } = judgeBy('request/inner', scene, { transmissions: [...converse(scene), fitting] });
    expect(findings).toMatchObject([{ message: expect.stringContaining('did not send this request on') }]);
  });
});
