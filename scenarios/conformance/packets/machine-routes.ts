/** Routes of the director’s machine: where they lead, for whom, and that they are followed when they change. */

import { HOST_UNREACHABLE, ICMP, UNREACHABLE } from '../../../lab/frames/index.ts';
import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectPackets, expectValues, outcome } from '../../kit/expecting/expect.ts';
import { expectErrors, isOf, OWN_ID } from '../../kit/expecting/forwarded.ts';
import { errorAbout, oneHopOn, withSource } from '../../kit/expecting/rewritten-packet.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel, rfc } from '../../kit/requirement.ts';
import { Flow } from '../../kit/sending/flow.ts';
import { send } from '../../kit/sending/send.ts';
import { Service } from '../../kit/service.ts';
import type { Stage } from '../../kit/stage.ts';
import { addStandardService, SERVICE_PORT, serverEndpoint } from '../../kit/standard-service.ts';
import { clientsAt } from './neighbour-stations.ts';

const transmitters = (what: string) => kernel(`transmitters: ${what}, §5.1`);
const ON_LINK = modesWhere(({ serversOnLink }) => serversOnLink);
export const NAT = modesWhere(({ repliesPassDirector }) => repliesPassDirector);

/** Of a network of documentation’s, where no link of the topologies is. */
const FAR = '203.0.113.5';
const FAR_NETWORK = '203.0.113.0/24';
const NO_WAY = ['unreachable', 'prohibit', 'blackhole'] as const;

const changes = packetCase({
  name: 'route/changes',
  title: 'A changed route holds from the next packet on',
  requirement:
    'Where a server is beyond gateways, packets go to the gateway of the most specific route; when routes change, or are refused from now on, the next packet of the same connection goes by those there are then.',
  sources: [rfc('1812 §5.2.4.3'), transmitters('route')],
  modes: ON_LINK,
  virtualTime: true,
  play: async (stage) => {
    const { director, servers } = stage;
    const [rs1, rs2, rs3] = servers.map(({ address }) => address) as [string, string, string];
    const service = await Service.add(stage, { protocol: 'udp', servers: [{ address: FAR }] });
    const use = async (n: number) => {
      const packet = service.datagram(service.client(n));
      await stage.settle();
      return packet;
    };
    await director.setRoute(FAR_NETWORK, { via: rs1 });
    await use(0);
    await use(1);
    await director.setRoute(FAR_NETWORK, { via: rs2 });
    await use(0);
    await director.setRoute(`${FAR}/32`, { via: rs3 });
    await use(1);
    const refused: Uint8Array[] = [];
    for (const type of NO_WAY) {
      await director.setRoute(`${FAR}/32`, { type });
      refused.push(await use(0));
    }
    await director.setRoute(`${FAR}/32`);
    await use(2);
    return refused;
  },
  check: (seen, refused) =>
    outcome(
      seen.fromClients.length,
      `${counted(seen.fromClients.length, 'packet')} while routes change`,
      expectValues('Packets went another way than the routes of that moment.', {
        'clients at rs1, the first gateway': ['0 1', clientsAt(seen, 'rs1')],
        'at rs2, its successor': ['0 2', clientsAt(seen, 'rs2')],
        'at rs3, of the more specific route': ['1', clientsAt(seen, 'rs3')],
      }),
      expectErrors(
        seen,
        refused.map((packet) =>
          // In DR a router on the way has taken one off the TTL.
          errorAbout(NAT.includes(seen.mode) ? packet : oneHopOn(packet), {
            source: seen.vip,
            type: UNREACHABLE,
            code: HOST_UNREACHABLE,
          }),
        ),
        'the answer that no route leads to the server',
      ),
    ),
});

/** What is told where a route says so. RFC 1812 §5.2.7.1 */
const TOLD = [
  { route: { type: 'unreachable' }, code: HOST_UNREACHABLE },
  { route: { type: 'prohibit' }, code: 13 },
  { route: { type: 'blackhole' }, code: undefined },
  // No route at all.
  { route: undefined, code: 0 },
] as const;

/** The n-th flow of a client in the far network, and of what rs1 answers it. */
export function farFlows(stage: Stage, n: number): { readonly request: Flow; readonly answer: Flow } {
  const { address, port } = serverEndpoint(stage);
  const sourcePort = 41_000 + n;
  return {
    request: new Flow({ source: FAR, sourcePort, destination: stage.vip, destinationPort: SERVICE_PORT }),
    answer: new Flow({ source: address, sourcePort: port, destination: FAR, destinationPort: sourcePort }),
  };
}

const refusedReplies = packetCase({
  name: 'route/refused-replies',
  title: 'A server is told why its reply cannot be forwarded',
  requirement:
    'Where the director’s routes do not lead to a client, the server gets what any router would answer, quoting its reply as it sent it: host unreachable, communication administratively prohibited or network unreachable, and nothing for a blackhole. Errors of the director’s own to such a client go nowhere, and once there is a route replies pass.',
  sources: [rfc('1812 §5.2.7.1'), kernel('NAT: replies are forwarded packets, §5.2')],
  modes: NAT,
  virtualTime: true,
  play: async (stage) => {
    await addStandardService(stage);
    const { director, client, servers } = stage;
    const replies: Uint8Array[] = [];
    for (const [i, { route }] of TOLD.entries()) {
      const { request, answer } = farFlows(stage, i);
      await director.setRoute(FAR_NETWORK, route);
      client.send(request.datagram({ id: i }));
      await stage.settle();
      const reply = answer.datagram({ id: 100 + i });
      replies.push(reply);
      await send(stage, servers[0], [reply]);
    }
    client.send(farFlows(stage, 0).request.datagram({ ttl: 1 }));
    await stage.settle();
    await director.setRoute(FAR_NETWORK, { via: stage.topology.cip });
    await send(stage, servers[0], replies);
    await director.setRoute(FAR_NETWORK);
    return replies;
  },
  check: (seen, replies) =>
    outcome(
      seen.fromServers.length,
      `${counted(seen.fromServers.length, 'reply', 'replies')} to clients that no route leads to, and later one does`,
      expectPackets(
        seen.toServers.filter(isOf(ICMP)),
        TOLD.flatMap(({ code }, i) =>
          code === undefined
            ? []
            : [errorAbout(replies[i] as Uint8Array, { source: seen.dip, type: UNREACHABLE, code })],
        ),
        { what: 'what the server is told', ignore: OWN_ID },
      ),
      expectPackets(
        seen.toClients,
        replies.map((reply) => withSource(oneHopOn(reply), { address: seen.vip, port: SERVICE_PORT })),
        { what: 'the reply, once a route leads to the client' },
      ),
    ),
});

export const machineRoutes: readonly PacketCase[] = [changes, refusedReplies];
