/** Clients and real servers on the director’s own machine. */

import { ACK, hex, ipText, PORT_UNREACHABLE, SYN, UNREACHABLE } from '../../../lab/frames/index.ts';
import { ALL_MODES, MODES, modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectPackets, expectValues, outcome } from '../../kit/expecting/expect.ts';
import { forwardedRequest, OUTER_ID, OWN_ID } from '../../kit/expecting/forwarded.ts';
import { errorQuoting, readdressedError, withQuoted } from '../../kit/expecting/icmp-messages.ts';
import { withDestination } from '../../kit/expecting/rewritten-packet.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { Flow } from '../../kit/sending/flow.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow } from '../../kit/sending/standard-flows.ts';
import { addStandardService, SERVICE_PORT, serverEndpoint, serverPort } from '../../kit/standard-service.ts';

const CLIENT_PORT = 40_001;
/** TOS of errors: “internetwork control” (RFC 1812 §4.3.2.5). */
const CONTROL = 0xc0;

const ownClient = packetCase({
  name: 'own-machine/client',
  title: 'A client on the director itself is balanced like any other',
  requirement:
    'What a program on the director’s own machine asks of a virtual service is forwarded to a real server as another client’s request would be; in NAT the replies come back to it from the VIP, with the TTL that they had; both ways are counted; and what it sends elsewhere is none of the director’s business.',
  sources: [
    kernel('hooks: requests made by local clients, §1.1'),
    kernel('NAT, §5.2'),
    kernel('statistics, §8'),
  ],
  modes: ALL_MODES,
  virtualTime: true,
  play: async (stage) => {
    const { machine } = stage.director;
    await addStandardService(stage);
    const { vip, dip, mode, servers } = stage;
    const requests = [vip, dip].flatMap((source) => {
      const flow = new Flow({
        source,
        sourcePort: CLIENT_PORT,
        destination: vip,
        destinationPort: SERVICE_PORT,
      });
      return [flow.syn({ id: 1 }), flow.datagram({ id: 2 }), flow.segment({ id: 3 })];
    });
    for (const packet of requests) machine?.send(packet);
    await stage.settle();
    const counters = async () => {
      const { connections, inPackets, outPackets, inBytes, outBytes } = (await stage.director.snapshot())
        .totals;
      return [connections, inPackets, outPackets, inBytes, outBytes].join(' ');
    };
    if (!MODES[mode].repliesPassDirector) {
      return { requests, expected: [], delivered: [], replyBytes: 0, totals: await counters() };
    }
    const { address, port } = serverEndpoint(stage);
    const replies = [vip, dip].flatMap((destination) => {
      const ends = { destination, destinationPort: CLIENT_PORT };
      const flow = new Flow({ ...ends, source: address, sourcePort: port });
      const seen = new Flow({ ...ends, source: vip, sourcePort: SERVICE_PORT });
      return [
        [flow.segment({ id: 11 }, { flags: SYN | ACK }), seen.segment({ id: 11 }, { flags: SYN | ACK })],
        [flow.datagram({ id: 12 }), seen.datagram({ id: 12 })],
      ] as const;
    });
    await send(
      stage,
      servers[0],
      replies.map(([packet]) => packet),
    );
    return {
      requests,
      expected: replies.map(([, seen]) => hex(seen)),
      delivered: machine?.inbox.map(hex) ?? [],
      replyBytes: bytesOf(replies.map(([packet]) => packet)),
      totals: await counters(),
    };
  },
  check: (seen, { requests, expected, delivered, replyBytes, totals }) =>
    outcome(
      requests.length,
      `${counted(requests.length, 'request')} of the director’s own machine, ${counted(expected.length, 'reply', 'replies')} to it`,
      expectPackets(
        seen.toServers,
        requests.map((packet) => forwardedRequest(seen, packet)),
        { what: 'the request of the director’s own machine', ignore: OUTER_ID },
      ),
      expectValues('The replies that its client gets are not as they should be.', {
        replies: [expected.join(' '), delivered.join(' ')],
      }),
      expectValues('It is not counted as others’ connections are.', {
        'connections, packets and bytes': [
          [4, requests.length, expected.length, bytesOf(requests), replyBytes].join(' '),
          totals,
        ],
      }),
    ),
});

function bytesOf(packets: readonly Uint8Array[]): number {
  return packets.reduce((sum, { length }) => sum + length, 0);
}

const ownServer = packetCase({
  name: 'own-machine/server',
  title: 'A real server on the director itself answers as the VIP',
  requirement:
    'Where the real server of a NAT service is the director’s own machine, requests come to it with its own address and port, and its replies and errors get the VIP as their source on their way out, without a hop being counted; what it sends from other ports, or to whom it has no connection with, leaves as it is.',
  sources: [
    kernel('a server on the director itself, §5.6'),
    kernel('hooks: replies of a real server that is the director itself, §1.1'),
  ],
  modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
  virtualTime: true,
  play: async (stage) => {
    const { machine } = stage.director;
    const { vip, dip, mode } = stage;
    await addStandardService(stage, { servers: [{ address: dip }] });
    const flows = [1, 2].map((client) => new ClientFlow(stage, { client }));
    const requests = flows.map((flow) => flow.datagram({ id: 5 }));
    await send(stage, stage.client, requests);
    const requested = requests.map((packet, i) =>
      withDestination(flows[i]!.arrived(packet), { address: dip, port: serverPort(mode) }),
    );
    const [one, other] = flows.map(({ ends }) => ends);
    const to = (ends: typeof one, sourcePort: number, source: string) =>
      new Flow({ source, sourcePort, destination: ends!.source, destinationPort: ends!.sourcePort });
    const port = serverPort(mode);
    const sent = [
      to(one, port, dip).datagram({ id: 21 }),
      to(other, port, dip).datagram({ id: 22 }),
      to(one, port + 1, dip).datagram({ id: 23 }),
      to({ ...one!, sourcePort: 9 }, port, dip).datagram({ id: 24 }),
    ];
    const expected = [
      to(one, SERVICE_PORT, vip).datagram({ id: 21 }),
      to(other, SERVICE_PORT, vip).datagram({ id: 22 }),
      sent[2]!,
      sent[3]!,
    ];
    for (const packet of sent) machine?.send(packet);
    // Nothing listens there, so the machine itself complains of both requests; this is one error more.
    const [error, ...own] = [requested[0]!, ...requested].map((packet, i) => {
      const ends = { source: dip, destination: ipText(packet, 12), tos: i === 0 ? 0 : CONTROL };
      return errorQuoting(ends, { type: UNREACHABLE, code: PORT_UNREACHABLE }, packet);
    }) as [Uint8Array, ...Uint8Array[]];
    machine?.send(error);
    await stage.settle();
    const service = { address: vip, port: SERVICE_PORT };
    return {
      expected,
      errors: [...own, error].map((packet) =>
        readdressedError(withQuoted(packet, 'destination', service), { source: vip }),
      ),
      requested: requested.map(hex).join(' '),
      delivered: machine?.inbox.map(hex).join(' '),
    };
  },
  check: (seen, { expected, errors, requested, delivered }) => {
    const icmp = seen.toClients.filter(({ ip }) => ip?.protocol === 1);
    return outcome(
      expected.length + errors.length,
      `${counted(expected.length + errors.length, 'packet')} of the director’s own machine`,
      expectPackets(
        seen.toClients.filter(({ ip }) => ip?.protocol === 17),
        expected,
        { what: 'what the director’s own machine sent' },
      ),
      expectValues('The server on the director itself did not get the requests.', {
        requests: [requested, delivered],
      }),
      expectPackets(icmp.slice(0, -1), errors.slice(0, -1), {
        what: 'the error of the director’s own machine',
        ignore: OWN_ID,
      }),
      expectPackets(icmp.slice(-1), errors.slice(-1), { what: 'the error of a program on that machine' }),
    );
  },
});

export const ownMachine: readonly PacketCase[] = [ownClient, ownServer];
