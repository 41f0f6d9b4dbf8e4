/** Which address is asked for a way: rules of the director’s machine, and sources that its routes say. */

import { HOST_UNREACHABLE, ICMP, TIME_EXCEEDED, UNREACHABLE } from '../../../lab/frames/index.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectNothing, expectPackets, outcome } from '../../kit/expecting/expect.ts';
import {
  expectErrors,
  expectFrames,
  forwardedRequest,
  isOf,
  OUTER_ID,
  OWN_ID,
} from '../../kit/expecting/forwarded.ts';
import { towardsServer } from '../../kit/expecting/next-hop.ts';
import { errorAbout, oneHopOn, withSource } from '../../kit/expecting/rewritten-packet.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel, rfc } from '../../kit/requirement.ts';
import { Flow } from '../../kit/sending/flow.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow, ReplyFlow } from '../../kit/sending/standard-flows.ts';
import type { Stage } from '../../kit/stage.ts';
import { addStandardService, SERVICE_PORT } from '../../kit/standard-service.ts';
import { farFlows, NAT } from './machine-routes.ts';
import { TUNNELLING, transmitters } from './mtu.ts';

/** The router on the director’s link, where servers are beyond one. */
function routerOf({ topology }: Stage): string {
  const router = topology.hosts.find(({ role }) => role === 'router');
  const [address = ''] = router?.interfaces[1]?.addresses[0]?.split('/') ?? [];
  return address;
}

/** Routes by which the servers of a mode are reached. */
export function wayTo(stage: Stage): { readonly via?: string } {
  return TUNNELLING.includes(stage.mode) ? { via: routerOf(stage) } : {};
}

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
  virtualTime: true,
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
        { what: 'the tunnel packet', ignore: OUTER_ID },
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

const errorSource = packetCase({
  name: 'route/error-source',
  title: 'A router’s own errors have the address that the way back says',
  requirement:
    'An error about a server’s reply comes from the address that the director’s route to that server says, not from any other that it has.',
  sources: [rfc('1812 §4.3.2.4'), kernel('NAT: replies are forwarded packets, §5.2')],
  modes: NAT,
  virtualTime: true,
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
  check: (seen, reply) =>
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

export const routesBySource: readonly PacketCase[] = [bySource, tunnelBySource, errorSource];
