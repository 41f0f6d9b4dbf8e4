/** What passes a service that has no server for it. */

import { modesWhere } from '../../../lab/modes.ts';
import { expectPackets, expectValues, outcome } from '../../kit/expecting/expect.ts';
import { oneHopOn } from '../../kit/expecting/rewritten-packet.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';

const MARK = 83;

export const cacheBypass: PacketCase = packetCase({
  name: 'no-server/bypass',
  title: 'With cache_bypass a marked packet without a server goes where it was going',
  requirement:
    'A service by firewall mark without a usable server, as in front of web caches, refuses its packets; with cache_bypass it forwards them to where they are going, one hop on and otherwise as they came, in a connection that is listed without a server and counted for nobody.',
  sources: [kernel('no destination, §1.3'), kernel('ipvsadm: listing formats, §7.3')],
  // The only mode in which the director is on the way to the servers’ own addresses.
  modes: modesWhere(({ rewritesAddresses }) => rewritesAddresses),
  play: async (stage) => {
    const { director, servers } = stage;
    const target = servers[1].address;
    const service = await Service.add(stage, { mark: MARK, port: 7001, servers: [{ weight: 0 }] });
    await service.meetServers();
    await director.mark(target, MARK, service.port);
    const to = { address: target };
    service.segment(service.client(0), 'S', to);
    await stage.settle();
    await director.set('cache_bypass', 1);
    const sent = [
      service.segment(service.client(1), 'S', to),
      service.segment(service.client(1), 'A', to),
      service.datagram(service.client(2), to),
      service.segment(service.client(1), 'PA', to),
    ];
    await stage.settle();
    const listed = await service.connections();
    const { services, connections } = await director.snapshot();
    const counted = services.find(({ address }) => address === String(MARK));
    await director.set('cache_bypass', 0);
    service.segment(service.client(3), 'S', to);
    sent.push(service.segment(service.client(1), 'FA', to));
    await stage.settle();
    return {
      sent,
      listed: listed.map(({ protocol, virtual, server }) => `${protocol} ${virtual} ${server}`).toSorted(),
      told: connections.map(({ server }) => server).filter((server) => server === '0.0.0.0:0').length,
      counted: `${counted?.connections} ${counted?.inPackets}`,
      virtual: `${target}:${service.port}`,
      port: service.port,
    };
  },
  check: (seen, { sent, listed, told, counted, virtual, port }) => {
    const arrived = seen.at('rs2').filter(({ ip }) => ip?.destinationPort === port);
    return outcome(
      sent.length,
      `packets that rs2 got as a router would have sent them: ${arrived.length}`,
      expectPackets(arrived, sent.map(oneHopOn), { what: 'the packet that rs2 gets' }),
      expectValues('What has no server is not listed so, or is counted.', {
        connections: [[`TCP ${virtual} 0.0.0.0:0`, `UDP ${virtual} 0.0.0.0:0`].join(', '), listed.join(', ')],
        'connections that are told of without a server': [2, told],
        'connections and packets of the service': ['0 0', counted],
      }),
    );
  },
});
