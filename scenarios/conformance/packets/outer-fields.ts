/** The outer header of a tunnel, field by field (IP in IP). */

import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { IPIP, type Ipv4, pattern, readIpv4 } from '../../../lab/frames/index.ts';
import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectCount, expectFields, outcome } from '../../kit/expecting/expect.ts';
import { packetIn } from '../../kit/expecting/forwarded.ts';
import type { Finding } from '../../kit/finding.ts';
import { type PacketCase, packetCase, type Seen } from '../../kit/packet-case.ts';
import { article, kernel, type Requirement, rfc, type Source } from '../../kit/requirement.ts';
import { NO_OPERATION, TOS_VALUES, TTLS } from '../../kit/sending/ip-values.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow } from '../../kit/sending/standard-flows.ts';
import { addStandardService, serverEndpoint } from '../../kit/standard-service.ts';

const IP_BYTES = 20;
/** Where in an IP header the protocol is. */
const PROTOCOL_AT = 9;

type Words = Pick<Requirement, 'name' | 'title' | 'requirement'>;

interface OuterCase extends Words {
  readonly sources: readonly Source[];
  readonly packets: (flow: ClientFlow) => readonly Uint8Array[];
  /** What one tunnel packet should have in it, given the request that arrived. */
  readonly fields: (request: Ipv4, seen: Seen) => Readonly<Record<string, string | number | boolean>>;
}

/** Looks at some fields of each tunnel packet: that the rest is right too is the business of `request/…`. */
function outerCase({ packets, fields, ...requirement }: OuterCase): PacketCase {
  return packetCase({
    ...requirement,
    modes: modesWhere(({ encapsulates }) => encapsulates),
    play: async (stage) => {
      await addStandardService(stage);
      const flow = new ClientFlow(stage);
      const requests = [flow.syn(), ...packets(flow)];
      await send(stage, stage.client, requests);
      return requests.length;
    },
    check: (seen, sent) =>
      outcome(
        seen.toServers.length,
        `${counted(seen.toServers.length, 'tunnel packet')} for ${counted(sent, 'request')}`,
        expectCount(seen.toServers, sent, 'tunnel packets'),
        expectPairs(flowByFlow(seen.fromClients, 0), flowByFlow(seen.toServers, IP_BYTES), (request) =>
          fields(readIpv4(packetIn(request)), seen),
        ),
      ),
  });
}

function expectPairs(
  requests: readonly DecodedPacket[],
  tunnelPackets: readonly DecodedPacket[],
  fields: (request: DecodedPacket) => Readonly<Record<string, string | number | boolean>>,
): Finding[] {
  return requests.flatMap((request, i) =>
    expectFields(tunnelPackets[i], 'The outer header is not as it should be.', fields(request)),
  );
}

/** Of TCP and of UDP by themselves: packets of one flow keep their order, and may be overtaken by those of another. */
function flowByFlow(packets: readonly DecodedPacket[], innerAt: number): readonly DecodedPacket[] {
  const protocolOf = (packet: DecodedPacket) => packetIn(packet)[innerAt + PROTOCOL_AT] ?? 0;
  return packets.toSorted((a, b) => protocolOf(a) - protocolOf(b));
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
  title: 'The tunnel packet has the inner packet’s TTL',
  requirement:
    'One is taken off the inner TTL, and the outer header starts with what is left: a packet cannot win hops by going through a tunnel.',
  sources: [rfc('2003 §3.1'), kernel('TUN: outer TTL, §5.1')],
  packets: (flow) => TTLS.flatMap((value) => flow.both({ ttl: value })),
  fields: (request) => ({ 'outer IP TTL': request.ttl - 1, 'IP TTL': request.ttl - 1 }),
});

const tos = outerCase({
  name: 'outer/tos',
  title: 'The tunnel packet has the inner packet’s type of service',
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

function hexByte(value: number): string {
  return `0x${value.toString(16).padStart(2, '0')}`;
}

export const outerFields: readonly PacketCase[] = [addresses, protocol, ttl, tos, ecn, dontFragment];
