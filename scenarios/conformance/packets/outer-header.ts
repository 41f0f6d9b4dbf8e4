/** The outer header of a tunnel, field by field (IP in IP). */
import type { DecodedPacket } from '../../../harness/captures/decoded-packet.ts';
import { summaryOfIp } from '../../../harness/captures/summary.ts';
import { finding, findingAbout } from '../../../harness/finding.ts';
import { expectCount, expectFields, outcome } from '../../../harness/packets/expect.ts';
import { type PacketCase, packetCase, type Seen } from '../../../harness/packets/packet-case.ts';
import { article, kernel, type Requirement, rfc, type Source } from '../../../harness/requirement.ts';
import {
  get16,
  headerBytesOf,
  IPIP,
  type Ipv4,
  isSame,
  pattern,
  plainChecksum,
  readIpv4,
} from '../../../lab/frames/index.ts';
import type { Finding } from '../../../reports/result.ts';
import { packetIn } from './expect-forwarded.ts';
import { Flow, send } from './flow.ts';
import { IDENTIFICATIONS, NO_OPERATION, TOS_VALUES, TTLS } from './ip-variety.ts';
import { saysDontFragment } from './pieces.ts';
import { oneHopOn } from './rewritten-packet.ts';
import { addService, serverEndpoint } from './service.ts';

type Words = Pick<Requirement, 'name' | 'title' | 'requirement'>;

interface OuterCase extends Words {
  readonly sources: readonly Source[];
  readonly packets: (flow: Flow) => readonly Uint8Array[];
  /** What one tunnel packet should have in it, given the request that arrived. */
  readonly fields: (request: Ipv4, seen: Seen) => Readonly<Record<string, string | number | boolean>>;
}

/** Looks at some fields of each tunnel packet: that the rest is right too is the business of `request/…`. */
function outerCase({ packets, fields, ...requirement }: OuterCase): PacketCase {
  return packetCase({
    ...requirement,
    modes: ['tun'],
    play: async (stage) => {
      await addService(stage);
      const flow = new Flow(stage);
      const requests = [flow.syn(), ...packets(flow)];
      await send(stage, stage.client, requests);
      return requests.length;
    },
    check: (seen, sent) =>
      outcome(
        seen.toServers.length,
        `${seen.toServers.length} tunnel packets for ${sent} requests`,
        expectCount(seen.toServers, sent, 'tunnel packets'),
        seen.fromClients.flatMap((request, i) =>
          expectFields(
            seen.toServers[i],
            'The outer header is not as it should be.',
            fields(readIpv4(packetIn(request)), seen),
          ),
        ),
      ),
  });
}

const addresses = outerCase({
  name: 'outer/addresses',
  title: 'The outer header says DIP → RIP',
  requirement:
    'A tunnel leads from the director’s own address on the way to the server (not the VIP, not the client’s) to the real server’s; inside, the request still says CIP → VIP.',
  sources: [article('tun-wrap'), rfc('2003 §3.1'), kernel('TUN: outer addresses, §5.1')],
  packets: (flow) => flow.both({}),
  fields: (request, seen) => ({
    'outer IP source': seen.dip,
    'outer IP destination': serverEndpoint(seen).address,
    'IP source': request.source,
    'IP destination': seen.vip,
  }),
});

const protocol = outerCase({
  name: 'outer/protocol',
  title: 'The outer header is a plain one of 20 bytes',
  requirement:
    'The outer header says protocol 4 (IP in IP), has no options even if the inner one has, and its total length is the inner packet’s and its own 20 bytes.',
  sources: [article('tun-wrap'), rfc('2003 §3.1'), kernel('TUN: encapsulation ipip, §5.4')],
  packets: (flow) =>
    [0, 1, 100, 1400].flatMap((length) => flow.both({ options: NO_OPERATION }, pattern(length))),
  fields: (request) => {
    const innerBytes = 20 + request.options.length + request.payload.length;
    return {
      'outer IP version': 4,
      'outer IP header length': 20,
      'outer IP total length': 20 + innerBytes,
      'outer IP protocol': IPIP,
      'outer IP more fragments': false,
      'outer IP fragment offset': 0,
      'IP total length': innerBytes,
    };
  },
});

const ttl = outerCase({
  name: 'outer/ttl',
  title: 'The tunnel has the hops that the packet has',
  requirement:
    'One is taken off the inner TTL, and the outer header starts with what is left: a packet cannot win hops by going through a tunnel.',
  sources: [rfc('2003 §3.1'), kernel('TUN: outer TTL, §5.1')],
  packets: (flow) => TTLS.flatMap((value) => flow.both({ ttl: value })),
  fields: (request) => ({ 'outer IP TTL': request.ttl - 1, 'IP TTL': request.ttl - 1 }),
});

const tos = outerCase({
  name: 'outer/tos',
  title: 'The tunnel is treated as the packet asks',
  requirement:
    'The outer header carries the inner one’s DSCP, so that routers on the way give the tunnel packet the same priority, and its ECN bits, if they do not report congestion.',
  sources: [rfc('2983 §3.1'), kernel('TUN: outer TOS, §5.1')],
  packets: (flow) =>
    TOS_VALUES.filter((value) => (value & 3) !== 3).flatMap((value) => flow.both({ tos: value })),
  fields: (request) => ({ 'outer IP TOS': hexByte(request.tos), 'IP TOS': hexByte(request.tos) }),
});

const ecn = outerCase({
  name: 'outer/ecn',
  title: 'Congestion before the tunnel is reported inside it',
  requirement:
    'Of a packet that has seen congestion (ECN 11) the outer header says only that it may be marked (10): the inner one keeps the report, and what happens inside the tunnel can be told apart.',
  sources: [rfc('3168 §9.1.1'), kernel('TUN: ECN copied, but CE becomes ECT(0), §5.1')],
  packets: (flow) => [0x03, 0x2f, 0xbb, 0xff].flatMap((value) => flow.both({ tos: value })),
  fields: (request) => ({
    'outer IP TOS': hexByte((request.tos & 3) === 3 ? request.tos - 1 : request.tos),
    'IP TOS': hexByte(request.tos),
  }),
});

const dontFragment = outerCase({
  name: 'outer/dont-fragment',
  title: 'The tunnel’s DF is the packet’s',
  requirement:
    'The outer header says DF exactly if the inner one does: path MTU discovery then works through the tunnel, and packets that may be cut still may.',
  sources: [rfc('2003 §3.1'), kernel('TUN: pmtu_disc, §5.4')],
  packets: (flow) =>
    [true, false, true].flatMap((value) => [
      flow.syn({ dontFragment: value }),
      ...flow.both({ dontFragment: value }),
    ]),
  fields: (request) => ({
    'outer IP don’t fragment': request.dontFragment,
    'IP don’t fragment': request.dontFragment,
  }),
});

const identification = packetCase({
  name: 'outer/identification',
  title: 'Tunnel packets that may be cut can be told apart',
  requirement:
    'With DF the outer identification is 0, as nobody needs it; without, every tunnel packet has another one than those before it, whatever the inner one says.',
  sources: [rfc('6864 §4.1'), rfc('6864 §4.2'), kernel('TUN: outer ID, §5.1')],
  modes: ['tun'],
  play: async (stage) => {
    await addService(stage);
    const flow = new Flow(stage);
    const packets = Array.from({ length: 50 }, (_, i) => {
      const id = IDENTIFICATIONS[i % IDENTIFICATIONS.length] as number;
      return [...flow.both({ id }), ...flow.both({ id, dontFragment: true })];
    });
    await send(stage, stage.client, [flow.syn(), ...packets.flat()]);
  },
  check: (seen) => {
    const mayBeCut = seen.toServers.filter((packet) => !saysDontFragment(packetIn(packet)));
    const ids = mayBeCut.map((packet) => get16(packetIn(packet), 4));
    return outcome(
      seen.toServers.length,
      `${seen.toServers.length} tunnel packets, ${mayBeCut.length} of them without DF`,
      expectCount(seen.toServers, seen.fromClients.length, 'tunnel packets'),
      seen.toServers
        .filter((packet) => saysDontFragment(packetIn(packet)))
        .flatMap((packet) =>
          expectFields(packet, 'With DF the identification should be 0.', { 'outer IP identification': 0 }),
        ),
      mayBeCut
        .filter((_, i) => ids.indexOf(ids[i] as number) < i)
        .map((packet) => findingAbout(packet, 'An earlier tunnel packet has this identification too.')),
    );
  },
});

const checksum = packetCase({
  name: 'outer/checksum',
  title: 'The outer header’s checksum is right',
  requirement:
    'Routers between director and server throw away packets whose header checksum is wrong: the outer header has a right one, for any length, TTL and TOS.',
  sources: [rfc('791 §3.1'), kernel('TUN: IP checksum computed, §5.1')],
  modes: ['tun'],
  play: async (stage) => {
    await addService(stage);
    const flow = new Flow(stage);
    const packets = Array.from({ length: 150 }, (_, i) =>
      flow.datagram(
        { ttl: 2 + ((i * 37) % 250), tos: (i * 11) & 255, id: (i * 977) & 0xffff, dontFragment: i % 3 === 0 },
        { payload: pattern((i * 53) % 1400) },
      ),
    );
    await send(stage, stage.client, [flow.syn(), ...packets]);
  },
  check: (seen) =>
    outcome(
      seen.toServers.length,
      `${seen.toServers.length} outer headers`,
      expectCount(seen.toServers, seen.fromClients.length, 'tunnel packets'),
      seen.toServers.flatMap(wrongHeaderChecksum),
    ),
});

function wrongHeaderChecksum(packet: DecodedPacket): Finding[] {
  const outer = packetIn(packet);
  const header = outer.subarray(0, headerBytesOf(outer));
  if (plainChecksum(header) === 0) return [];
  const right = header.slice();
  right.fill(0, 10, 12);
  const [expected, seen] = [plainChecksum(right), get16(header, 10)].map((sum) => `0x${sum.toString(16)}`);
  return [
    findingAbout(packet, 'The outer header’s checksum is wrong.', [
      { field: 'outer IP header checksum', expected: expected as string, seen: seen as string },
    ]),
  ];
}

const unwrapped = packetCase({
  name: 'outer/unwrapped',
  title: 'The server finds the client’s packet inside',
  requirement:
    'A real server takes the outer header off and finds a packet CIP → VIP for one of its own addresses: it knows the client, and answers it itself.',
  sources: [article('tun-unwrap'), rfc('2003 §3')],
  modes: ['tun'],
  play: async (stage) => {
    await addService(stage);
    const flow = new Flow(stage);
    const requests = [flow.syn({ ttl: 60 }), ...flow.both({ ttl: 61, dontFragment: true })];
    await send(stage, stage.client, requests);
    return { sent: requests.length, inbox: [...stage.servers[0].inbox] };
  },
  check: (seen, { sent, inbox }) => {
    const wanted = seen.fromClients.map((request) => oneHopOn(packetIn(request)));
    const findings = wanted
      .filter((packet) => !inbox.some((found) => isSame(found, packet)))
      .map((packet) => finding(`The server did not find this packet in a tunnel: ${summaryOfIp(packet)}.`));
    return outcome(
      inbox.length,
      `${inbox.length} packets that rs1 took out of ${seen.toServers.length} tunnel packets, for ${sent} requests`,
      findings,
    );
  },
});

function hexByte(value: number): string {
  return `0x${value.toString(16).padStart(2, '0')}`;
}

export const outerHeader: readonly PacketCase[] = [
  addresses,
  protocol,
  ttl,
  tos,
  ecn,
  dontFragment,
  identification,
  checksum,
  unwrapped,
];
