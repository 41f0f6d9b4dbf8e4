/** Clients on the director’s own machine, while rules, addresses and processes come and go. */

import { hex } from '../../../lab/frames/index.ts';
import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectPackets, expectValues, outcome } from '../../kit/expecting/expect.ts';
import { forwardedRequest } from '../../kit/expecting/forwarded.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { Flow } from '../../kit/sending/flow.ts';
import { addStandardService, SERVICE_PORT, serverEndpoint } from '../../kit/standard-service.ts';

const FIRST_PORT = 41_000;

export const ownClientsKept: readonly PacketCase[] = [
  packetCase({
    name: 'own-machine/client-kept',
    title: 'A client on the director itself is served whatever happens in between',
    requirement:
      'A program on the director’s own machine that uses another address of it than the VIP gets its replies from the VIP, once each, and its machine’s own stack sees nothing else of them: also after all rules were deleted and added again, after the machine’s network settings have changed, and after another process has taken over.',
    sources: [
      kernel('hooks: requests made by local clients, §1.1'),
      kernel('NAT, §5.2'),
      kernel('connections: deleted destinations, §3.6'),
    ],
    modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
    virtualTime: true,
    play: async (stage) => {
      const { director, vip, dip, servers } = stage;
      const { machine } = director;
      await addStandardService(stage);
      const { address, port } = serverEndpoint(stage);
      const requests: Uint8Array[] = [];
      const expected: string[] = [];
      const asks = async (n: number) => {
        const flow = new Flow({
          source: dip,
          sourcePort: FIRST_PORT + n,
          destination: vip,
          destinationPort: SERVICE_PORT,
        });
        const packet = flow.datagram({ id: requests.length + 1 });
        requests.push(packet);
        machine?.send(packet);
        await stage.settle();
      };
      const isAnswered = async (n: number) => {
        const ip = { id: 100 + expected.length };
        const ends = { destination: dip, destinationPort: FIRST_PORT + n };
        servers[0].send(new Flow({ ...ends, source: address, sourcePort: port }).datagram(ip));
        expected.push(hex(new Flow({ ...ends, source: vip, sourcePort: SERVICE_PORT }).datagram(ip)));
        await stage.settle();
      };
      const events = [
        async () => {
          await director.rules('-C');
          await addStandardService(stage);
        },
        async () => {
          for (const on of [false, true]) await director.setIpForward(on);
        },
        async () => void director.handOver?.(),
        async () => {
          await director.rules('-C');
          for (const on of [false, true]) await director.setIpForward(on);
          await addStandardService(stage);
        },
      ];
      await asks(0);
      for (const [i, happens] of events.entries()) {
        await happens();
        await isAnswered(i);
        await asks(i + 1);
        await isAnswered(i + 1);
      }
      return { requests, expected, delivered: machine?.inbox.map(hex) ?? [] };
    },
    check: (seen, { requests, expected, delivered }) =>
      outcome(
        requests.length + expected.length,
        `${counted(requests.length, 'request')} and ${counted(expected.length, 'reply', 'replies')} of the director’s own machine`,
        expectPackets(
          seen.toServers,
          requests.map((packet) => forwardedRequest(seen, packet)),
          { what: 'the request of the director’s own machine' },
        ),
        expectValues('The replies that its client gets are not as they should be.', {
          replies: [expected.join(' '), delivered.join(' ')],
        }),
      ),
  }),
];
