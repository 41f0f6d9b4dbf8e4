/** Clients and real servers on the director’s own machine. */

import { ACK, hex, SYN } from '../../../lab/frames/index.ts';
import { ALL_MODES, MODES, modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectPackets, expectValues, outcome } from '../../kit/expecting/expect.ts';
import { forwardedRequest, OUTER_ID } from '../../kit/expecting/forwarded.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { Flow } from '../../kit/sending/flow.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow } from '../../kit/sending/standard-flows.ts';
import { addStandardService, SERVICE_PORT, serverEndpoint, serverPort } from '../../kit/standard-service.ts';

const CLIENT_PORT = 40_001;

const ownClient = packetCase({
  name: 'own-machine/client',
  title: 'A client on the director itself is balanced like any other',
  requirement:
    'What a program on the director’s own machine asks of a virtual service is forwarded to a real server as another client’s request would be; in NAT the replies come back to it from the VIP, with the TTL that they had, and what it sends elsewhere is none of the director’s business.',
  sources: [kernel('hooks: requests made by local clients, §1.1'), kernel('NAT, §5.2')],
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
    if (!MODES[mode].repliesPassDirector) return { requests, expected: [], delivered: [] };
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
    };
  },
  check: (seen, { requests, expected, delivered }) =>
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
    ),
});

const ownServer = packetCase({
  name: 'own-machine/server',
  title: 'A real server on the director itself answers as the VIP',
  requirement:
    'Where the real server of a NAT service is the director’s own machine, its replies get the VIP as their source on their way out, without a hop being counted; what it sends from other ports, or to whom it has no connection with, leaves as it is.',
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
    await send(
      stage,
      stage.client,
      flows.map((flow) => flow.datagram({ id: 5 })),
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
    await stage.settle();
    return { expected, delivered: machine?.inbox.length };
  },
  check: (seen, { expected, delivered }) =>
    outcome(
      expected.length,
      `${counted(expected.length, 'packet')} of the director’s own machine`,
      expectPackets(
        seen.toClients.filter(({ ip }) => ip?.protocol === 17),
        expected,
        { what: 'what the director’s own machine sent' },
      ),
      expectValues('The server on the director itself did not get the requests.', {
        requests: [2, delivered],
      }),
    ),
});

export const ownMachine: readonly PacketCase[] = [ownClient, ownServer];
