/** Packets at the limit of what the link to the server carries, and beyond. */
import { expectCount, expectNothing, expectPackets, outcome } from '../../../harness/packets/expect.ts';
import { type PacketCase, packetCase } from '../../../harness/packets/packet-case.ts';
import type { Stage } from '../../../harness/packets/stage.ts';
import { ALL_MODES, article, kernel, type Requirement, rfc } from '../../../harness/requirement.ts';
import { FRAGMENTATION_NEEDED, ICMP, pattern, UNREACHABLE } from '../../../lab/frames/index.ts';
import { expectErrors, expectFrames, forwardedRequest, isOf, OUTER_ID, OWN_ID } from './expect-forwarded.ts';
import { Flow, type IpPart, ReplyFlow, send } from './flow.ts';
import { requestCase } from './forwarding-case.ts';
import { towardsClient, towardsServer } from './next-hop.ts';
import { expectOneIdEach, inPieces, LINK_MTU_BYTES } from './pieces.ts';
import { errorAbout, oneHopOn, withoutDontFragment, withSource } from './rewritten-packet.ts';
import { addService, SERVICE_PORT } from './service.ts';

const IP_HEADER_BYTES = 20;
const UDP_BYTES = IP_HEADER_BYTES + 8;
const TCP_BYTES = IP_HEADER_BYTES + 20;
/** What IP in IP leaves of 1500. */
export const TUNNEL_MTU_BYTES = LINK_MTU_BYTES - IP_HEADER_BYTES;
const SMALL_MTU_BYTES = 1400;

const transmitters = (what: string) => kernel(`transmitters: ${what}, §5.1, §5.4`);

/** A datagram and a segment of this length in bytes, IP header included. */
export function packetsOf(flow: Flow | ReplyFlow, bytes: number, ip: IpPart): Uint8Array[] {
  return [
    flow.datagram({ id: bytes, ...ip }, { payload: pattern(bytes - UDP_BYTES) }),
    flow.segment({ id: bytes, ...ip }, { payload: pattern(bytes - TCP_BYTES) }),
  ];
}

const at = requestCase({
  name: 'mtu/at',
  title: 'What fits exactly is forwarded',
  requirement:
    'A packet as long as the MTU goes through whole, with DF and without: 1500 bytes under NAT and DR, 1480 in an IP-in-IP tunnel, whose header takes the other 20.',
  sources: [rfc('1191 §4'), rfc('2003 §5.1'), transmitters('MTU')],
  modes: ALL_MODES,
  packets: (flow, { mode }) => {
    const limit = mode === 'tun' ? TUNNEL_MTU_BYTES : LINK_MTU_BYTES;
    return [limit - 1, limit].flatMap((bytes) => [
      ...packetsOf(flow, bytes, { dontFragment: true }),
      ...packetsOf(flow, bytes, {}),
    ]);
  },
});

interface TooLongCase extends Pick<Requirement, 'name' | 'title' | 'requirement'> {
  /** The MTU that the client is told, in the case’s only mode. */
  readonly mtuBytes: number;
  readonly mode: 'nat' | 'tun';
  readonly prepare: (stage: Stage) => Promise<void>;
}

/** One packet that fits, and others with DF that do not. */
export function tooLongCase({ mtuBytes, mode, prepare, ...words }: TooLongCase): PacketCase {
  return packetCase({
    ...words,
    sources: [rfc('1191 §4'), rfc('1812 §4.3.2.3'), transmitters('MTU')],
    modes: [mode],
    play: async (stage) => {
      await prepare(stage);
      const flow = new Flow(stage);
      const fitting = [
        flow.syn({ dontFragment: true }),
        ...packetsOf(flow, mtuBytes, { dontFragment: true }),
      ];
      const tooLong = [mtuBytes + 1, LINK_MTU_BYTES].flatMap((bytes) =>
        packetsOf(flow, bytes, { dontFragment: true, tos: 0x5b }),
      );
      await send(stage, stage.client, [...fitting, ...tooLong]);
      return { fitting: fitting.length, tooLong: tooLong.map((packet) => flow.arrived(packet)) };
    },
    check: (seen, { fitting, tooLong }) =>
      outcome(
        tooLong.length,
        `${tooLong.length} packets with DF of more than ${mtuBytes} bytes, ${fitting} of no more`,
        expectErrors(
          seen,
          tooLong.map((packet) =>
            errorAbout(oneHopOn(packet), {
              source: seen.vip,
              type: UNREACHABLE,
              code: FRAGMENTATION_NEEDED,
              rest: mtuBytes,
            }),
          ),
          'the answer that the packet is too long',
        ),
        expectNothing(seen.toServers.slice(fitting), 'A packet that must not be cut was forwarded.'),
      ),
  });
}

const aboveDf = tooLongCase({
  name: 'mtu/above-df',
  title: 'A packet with DF that is too long is answered, not cut',
  requirement:
    'A packet with DF that is longer than the link to the server carries is not forwarded: the client gets “fragmentation needed” with that link’s MTU from the VIP, so that path MTU discovery works through the director.',
  mode: 'nat',
  mtuBytes: SMALL_MTU_BYTES,
  prepare: async (stage) => {
    await stage.director.setServerSideMtu(SMALL_MTU_BYTES);
    await addService(stage);
  },
});

const tunnel = tooLongCase({
  name: 'mtu/tunnel-1480',
  title: 'A tunnel tells clients 1480',
  requirement:
    'The outer header takes 20 bytes of every packet in a tunnel. Of a longer packet with DF the client is told 1480, not 1500, from the VIP.',
  mode: 'tun',
  mtuBytes: TUNNEL_MTU_BYTES,
  prepare: (stage) => addService(stage),
});

interface CutCase extends Pick<Requirement, 'name' | 'title' | 'requirement'> {
  readonly mode: 'nat' | 'tun';
  readonly linkMtuBytes: number;
  readonly lengths: readonly number[];
  readonly dontFragment: boolean;
  readonly prepare: (stage: Stage) => Promise<void>;
}

/** Packets that leave in pieces. */
function cutCase({ mode, linkMtuBytes, lengths, dontFragment, prepare, ...words }: CutCase): PacketCase {
  return packetCase({
    ...words,
    sources: [rfc('791 §3.2'), transmitters('MTU without DF')],
    modes: [mode],
    play: async (stage) => {
      await prepare(stage);
      const flow = new Flow(stage);
      const requests = [flow.syn(), ...lengths.flatMap((bytes) => packetsOf(flow, bytes, { dontFragment }))];
      await send(stage, stage.client, requests);
      return requests.map((packet) => flow.arrived(packet));
    },
    check: (seen, requests) => {
      const wanted = requests.map((packet) => {
        const forwarded = forwardedRequest(seen, packet);
        return inPieces(mode === 'tun' ? withoutDontFragment(forwarded) : forwarded, linkMtuBytes);
      });
      return outcome(
        requests.length,
        `${requests.length} packets, in ${seen.toServers.length} pieces`,
        expectPackets(seen.toServers, wanted.flat(), {
          what: 'the request’s piece on its way to rs1',
          ignore: mode === 'tun' ? ['IP identification', ...OUTER_ID] : [],
        }),
        mode === 'tun'
          ? expectOneIdEach(
              seen.toServers,
              wanted.map(({ length }) => length),
            )
          : [],
        expectFrames(seen.toServers, towardsServer(seen, 'rs1'), 'The frame does not lead to rs1.'),
      );
    },
  });
}

const aboveNoDf = cutCase({
  name: 'mtu/above-no-df',
  title: 'A packet without DF is cut to fit',
  requirement:
    'A packet that may be cut and is longer than the link to the server leaves in fragments: one identification, offsets in units of eight bytes, “more fragments” in all but the last.',
  mode: 'nat',
  linkMtuBytes: SMALL_MTU_BYTES,
  lengths: [SMALL_MTU_BYTES, SMALL_MTU_BYTES + 1, 1499, 1500],
  dontFragment: false,
  prepare: async (stage) => {
    await stage.director.setServerSideMtu(SMALL_MTU_BYTES);
    await addService(stage);
  },
});

const tunnelNoDf = cutCase({
  name: 'mtu/tunnel-above-no-df',
  title: 'Without DF it is the tunnel’s packet that is cut',
  requirement:
    'A packet without DF that does not fit the tunnel goes into it whole; the packet around it leaves in fragments, which the server puts together before it looks inside.',
  mode: 'tun',
  linkMtuBytes: LINK_MTU_BYTES,
  lengths: [TUNNEL_MTU_BYTES, TUNNEL_MTU_BYTES + 1, 1499, 1500],
  dontFragment: false,
  prepare: (stage) => addService(stage),
});

const pmtuDiscOff = cutCase({
  name: 'mtu/tunnel-pmtu-disc-off',
  title: 'pmtu_disc=0: the tunnel is cut whatever the client says',
  requirement:
    'With net.ipv4.vs.pmtu_disc off, clients are told nothing of the tunnel’s limit: the outer header says DF for no packet, and is cut where that is needed. The inner packet keeps its DF.',
  mode: 'tun',
  linkMtuBytes: LINK_MTU_BYTES,
  lengths: [100, TUNNEL_MTU_BYTES, TUNNEL_MTU_BYTES + 1, 1500],
  dontFragment: true,
  prepare: async (stage) => {
    await stage.director.set('pmtu_disc', 0);
    await addService(stage);
  },
});

const replyAboveDf = packetCase({
  name: 'mtu/reply-above-df',
  title: 'A reply with DF that is too long is answered to the server',
  requirement:
    'A reply that the link to the clients does not carry whole, and that must not be cut, goes no further: the server is told that link’s MTU by the director, its router, from the director’s address on its side.',
  sources: [rfc('1191 §4'), kernel('NAT: MTU of a reply, §5.2')],
  modes: ['nat'],
  play: async (stage) => {
    const replies = await narrowReplies(stage);
    const fitting = packetsOf(replies, SMALL_MTU_BYTES, { dontFragment: true });
    const tooLong = packetsOf(replies, SMALL_MTU_BYTES + 1, { dontFragment: true, tos: 0x5b });
    await send(stage, stage.servers[0], [...fitting, ...tooLong]);
    return { fitting: fitting.length, tooLong };
  },
  check: (seen, { fitting, tooLong }) => {
    const answers = seen.toServers.filter(isOf(ICMP));
    return outcome(
      seen.fromServers.length,
      `${seen.fromServers.length} replies with DF, ${tooLong.length} of them too long`,
      expectCount(seen.toClients, fitting, 'replies that fit'),
      expectPackets(
        answers,
        tooLong.map((reply) =>
          errorAbout(reply, {
            source: seen.dip,
            type: UNREACHABLE,
            code: FRAGMENTATION_NEEDED,
            rest: SMALL_MTU_BYTES,
          }),
        ),
        { what: 'the answer that the reply is too long', ignore: OWN_ID },
      ),
      expectFrames(answers, towardsServer(seen, 'rs1'), 'The frame does not lead to rs1.'),
    );
  },
});

/** A NAT flow that was opened, and a link to the clients that is narrower than that to the servers. */
async function narrowReplies(stage: Stage): Promise<ReplyFlow> {
  await stage.director.setClientSideMtu(SMALL_MTU_BYTES);
  await addService(stage);
  const flow = new Flow(stage);
  await send(stage, stage.client, [flow.syn(), flow.datagram()]);
  return new ReplyFlow(stage, flow);
}

const replyAboveNoDf = packetCase({
  name: 'mtu/reply-above-no-df',
  title: 'A reply without DF is cut to fit, as the VIP’s',
  requirement:
    'A reply that may be cut and is longer than the link to the clients carries leaves in fragments, all of them from the VIP, under one checksum over the whole.',
  sources: [article('nat-reply'), rfc('791 §3.2'), kernel('NAT: MTU of a reply, §5.2')],
  modes: ['nat'],
  play: async (stage) => {
    const replies = await narrowReplies(stage);
    const packets = [SMALL_MTU_BYTES, SMALL_MTU_BYTES + 1, LINK_MTU_BYTES].flatMap((bytes) =>
      packetsOf(replies, bytes, {}),
    );
    await send(stage, stage.servers[0], packets);
    return packets;
  },
  check: (seen, packets) =>
    outcome(
      seen.fromServers.length,
      `${seen.fromServers.length} replies, in ${seen.toClients.length} pieces`,
      expectPackets(
        seen.toClients,
        packets.flatMap((packet) =>
          inPieces(withSource(oneHopOn(packet), { address: seen.vip, port: SERVICE_PORT }), SMALL_MTU_BYTES),
        ),
        { what: 'the reply’s piece on its way to the client' },
      ),
      expectFrames(seen.toClients, towardsClient(seen), 'The frame does not lead to the client.'),
    ),
});

export const mtu: readonly PacketCase[] = [
  at,
  aboveDf,
  aboveNoDf,
  replyAboveDf,
  replyAboveNoDf,
  tunnel,
  tunnelNoDf,
  pmtuDiscOff,
];
