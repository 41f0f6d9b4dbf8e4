/** Routes of the director’s machine: where they lead, for whom, and that they are followed when they change. */

import { HOST_UNREACHABLE, ICMP, TIME_EXCEEDED, UNREACHABLE } from '../../../lab/frames/index.ts';
import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectNothing, expectPackets, expectValues, outcome } from '../../kit/expecting/expect.ts';
import { expectErrors, expectFrames, forwardedRequest, isOf, OWN_ID } from '../../kit/expecting/forwarded.ts';
import { towardsServer } from '../../kit/expecting/next-hop.ts';
import { errorAbout, oneHopOn, withSource } from '../../kit/expecting/rewritten-packet.ts';
import { type PacketCase, packetCase, type Seen } from '../../kit/packet-case.ts';
import { kernel, rfc } from '../../kit/requirement.ts';
import { Flow } from '../../kit/sending/flow.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow, ReplyFlow } from '../../kit/sending/standard-flows.ts';
import { Service } from '../../kit/service.ts';
import type { Stage } from '../../kit/stage.ts';
import { addStandardService, SERVICE_PORT, serverEndpoint } from '../../kit/standard-service.ts';
import { clientsAt } from './neighbour-stations.ts';

const transmitters = (what: string) => kernel(`transmitters: ${what}, §5.1`);
const ON_LINK = modesWhere(({ serversOnLink }) => serversOnLink);
const NAT = modesWhere(({ repliesPassDirector }) => repliesPassDirector);
const TUNNELLING = modesWhere(({ encapsulates }) => encapsulates);

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
function farFlows(stage: Stage, n: number): { readonly request: Flow; readonly answer: Flow } {
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

const bySource = packetCase({
  name: 'route/by-source',
  title: 'A rule about the VIP’s packets is for replies, not for requests',
  requirement:
    'Where a rule of the director’s machine has packets from the VIP go by another gateway, replies do that, as they are routed once more with their new source, and so do errors that the director sends in the VIP’s name; what a server sends of its own accord does not. A rule about a client’s address changes nothing: requests are routed by the server’s address alone.',
  sources: [kernel('NAT: snat_reroute, §5.2'), transmitters('route: destination alone')],
  modes: NAT,
  virtualTime: true,
  play: async (stage) => {
    await addStandardService(stage);
    const { director, vip, client, servers } = stage;
    const [rs1, rs2, rs3] = servers;
    const flow = new ClientFlow(stage);
    await director.setRoute(`${flow.client}/32`, { via: rs2.address, from: vip });
    const requests = [flow.datagram(), flow.datagram({ id: 2, ttl: 1 })];
    await send(stage, client, requests);
    const reply = new ReplyFlow(stage, flow).datagram({ id: 3 });
    const own = new Flow({ ...farFlows(stage, 0).answer.ends, destination: flow.client }).datagram({ id: 4 });
    await send(stage, rs1, [reply, own]);
    await director.setRoute(`${flow.client}/32`);
    await director.setRoute(`${rs1.address}/32`, { via: rs3.address, from: flow.client });
    const last = flow.datagram({ id: 5 });
    await send(stage, client, [last]);
    await director.setRoute(`${rs1.address}/32`);
    return { requests, reply, own, last };
  },
  check: (seen, { requests, reply, own, last }) => {
    const [first, expired] = requests as [Uint8Array, Uint8Array];
    const ofVip = withSource(oneHopOn(reply), { address: seen.vip, port: SERVICE_PORT });
    const error = errorAbout(expired, { source: seen.vip, type: TIME_EXCEEDED, code: 0 });
    return outcome(
      seen.fromClients.length + seen.fromServers.length,
      'a reply, an error and two others, with rules about their sources',
      expectPackets(seen.at('rs2'), [error, ofVip], {
        what: 'what goes in the VIP’s name by the rule’s gateway',
        ignore: OWN_ID,
      }),
      expectPackets(seen.toClients, [oneHopOn(own)], { what: 'what belongs to no connection' }),
      expectPackets(
        seen.at('rs1'),
        [first, last].map((request) => forwardedRequest(seen, request)),
        { what: 'the request, routed by its new destination' },
      ),
    );
  },
});

const tunnelBySource = packetCase({
  name: 'route/tunnel-by-source',
  title: 'A tunnel’s packets have the address that its route says, and go the way of that address',
  requirement:
    'The outer header’s source is the address that the route to the server says, or else that of the link; the packet then takes the way that there is from there. Where a rule refuses that, the client is told that the server cannot be reached; one about the client’s address changes nothing.',
  sources: [rfc('2003 §3.1'), transmitters('TUN: outer source')],
  modes: TUNNELLING,
  play: async (stage) => {
    const { director, vip, dip, client } = stage;
    const [server] = stage.servers;
    await addStandardService(stage);
    const flow = new ClientFlow(stage);
    const via = routerOf(stage);
    const to = `${server.address}/32`;
    const use = async (id: number) => {
      const packet = flow.datagram({ id });
      await send(stage, client, [packet]);
      return flow.arrived(packet);
    };
    await director.setRoute(to, { via, source: vip });
    const fromVip = await use(1);
    await director.setRoute(to, { type: 'prohibit', from: flow.client });
    const fromLink = await use(2);
    await director.setRoute(to, { type: 'prohibit', from: dip });
    const refused = await use(3);
    await director.setRoute(to);
    return { fromVip, fromLink, refused };
  },
  check: (seen, { fromVip, fromLink, refused }) => {
    const { mode, topology, vip } = seen;
    return outcome(
      seen.fromClients.length,
      `${counted(seen.fromClients.length, 'packet')} for a tunnel`,
      expectPackets(
        seen.toServers,
        [forwardedRequest({ mode, topology, dip: vip }, fromVip), forwardedRequest(seen, fromLink)],
        { what: 'the tunnel packet', ignore: ['outer IP identification'] },
      ),
      expectFrames(seen.toServers, towardsServer(seen, 'rs1'), 'The frame does not lead to the router.'),
      expectErrors(
        seen,
        [errorAbout(refused, { source: seen.vip, type: UNREACHABLE, code: HOST_UNREACHABLE })],
        'the answer that the server cannot be reached',
      ),
    );
  },
});

/** The router on the director’s link, where servers are beyond one. */
export function routerOf({ topology }: Stage): string {
  const router = topology.hosts.find(({ role }) => role === 'router');
  const [address = ''] = router?.interfaces[1]?.addresses[0]?.split('/') ?? [];
  return address;
}

const errorSource = packetCase({
  name: 'route/error-source',
  title: 'A router’s own errors have the address that the way back says',
  requirement:
    'An error about a server’s reply comes from the address that the director’s route to that server says, not from any other that it has.',
  sources: [rfc('1812 §4.3.2.4'), kernel('NAT: replies are forwarded packets, §5.2')],
  modes: NAT,
  play: async (stage) => {
    await addStandardService(stage);
    const { director, client, servers, vip } = stage;
    const flow = new ClientFlow(stage);
    await send(stage, client, [flow.datagram()]);
    const reply = new ReplyFlow(stage, flow).datagram({ ttl: 1 });
    await send(stage, servers[0], [reply]);
    await director.setRoute(`${servers[0].address}/32`, { source: vip });
    await send(stage, servers[0], [reply]);
    await director.setRoute(`${servers[0].address}/32`);
    return reply;
  },
  check: (seen: Seen, reply) =>
    outcome(
      seen.fromServers.length,
      `${counted(seen.fromServers.length, 'reply', 'replies')} at the end of their life`,
      expectPackets(
        seen.toServers.filter(isOf(ICMP)),
        [seen.dip, seen.vip].map((source) => errorAbout(reply, { source, type: TIME_EXCEEDED, code: 0 })),
        { what: 'what the server is told', ignore: OWN_ID },
      ),
      expectNothing(seen.toClients, 'A reply at the end of its life went on.'),
    ),
});

export const machineRoutes: readonly PacketCase[] = [
  changes,
  refusedReplies,
  bySource,
  tunnelBySource,
  errorSource,
];

/** Routes by which the servers of a mode are reached. */
export function wayTo(stage: Stage): { readonly via?: string } {
  return TUNNELLING.includes(stage.mode) ? { via: routerOf(stage) } : {};
}
