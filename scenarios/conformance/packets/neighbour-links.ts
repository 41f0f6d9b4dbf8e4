/** What of the director’s own links matters to its neighbours, and what does not. */

import { ALL_MODES, modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectCount, expectValues, outcome } from '../../kit/expecting/expect.ts';
import { type PacketCase, packetCase, type Seen } from '../../kit/packet-case.ts';
import { rfc } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';
import { arpOf } from './arp.ts';
import { clientsAt, questionsFor, resolution } from './neighbour-stations.ts';

const SMALLER_MTU_BYTES = 1400;

/** On all of the director’s links, from a moment on. */
function questionsSince(seen: Seen, time: number): number {
  const director = seen.topology.hosts.find(({ role }) => role === 'director');
  return (director?.interfaces ?? [])
    .flatMap(({ name }) => [...seen.arp('director', name)])
    .filter((packet) => packet.time > time && arpOf(packet).operation === 'request').length;
}

const kept = packetCase({
  name: 'neighbour/kept',
  title: 'Stations are known as before when something else has changed',
  requirement:
    'Another MTU of its links, or ip_forward, tells the director nothing of who is there: nobody is asked again, and packets go on at once.',
  sources: [rfc('826'), resolution('kept when a link’s MTU changes')],
  modes: ALL_MODES,
  play: async (stage) => {
    const { director } = stage;
    const service = await Service.add(stage, { protocol: 'udp', servers: [{}] });
    const changes = [
      async () => undefined,
      () => director.setServerSideMtu(SMALLER_MTU_BYTES),
      () => director.setIpForward(false),
      () => director.setClientSideMtu(SMALLER_MTU_BYTES),
      () => director.setIpForward(true),
    ];
    for (const [i, change] of changes.entries()) {
      await change();
      service.datagram(service.client(i));
      await stage.settle();
    }
    return changes.length;
  },
  check: (seen, sent) =>
    outcome(
      sent,
      `${counted(sent, 'packet')}, between which the director’s machine is changed`,
      expectCount(seen.toServers, sent, 'packets sent on'),
      expectValues('Somebody was asked for who is known.', {
        'ARP requests after the first packet went on': [
          0,
          questionsSince(seen, seen.toServers[0]?.time ?? Number.NEGATIVE_INFINITY),
        ],
      }),
    ),
});

const OTHER_MAC = '02:00:00:00:66:66';

const otherLink = packetCase({
  name: 'neighbour/other-link',
  title: 'On a link that has become another one nobody is known',
  requirement:
    'When the director’s interface has another MAC address, stations are asked for anew, from that address. On a link without ARP nobody is asked, and frames go to the interface’s own address; once there is ARP again, stations are asked for.',
  sources: [rfc('826'), resolution('links without ARP')],
  modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
  virtualTime: true,
  play: async (stage) => {
    const { director } = stage;
    const service = await Service.add(stage, { protocol: 'udp', servers: [{}] });
    const usualMac = director.serverSideMac;
    const changes = [
      () => undefined,
      () => director.setServerSideMac(OTHER_MAC),
      () => director.setServerSideArp(false),
      () => director.setServerSideArp(true),
    ];
    for (const [i, change] of changes.entries()) {
      change();
      service.datagram(service.client(i));
      await stage.settle();
    }
    return { usualMac, address: stage.servers[0].address, rs1: stage.servers[0].mac };
  },
  check: (seen, { usualMac, address, rs1 }) =>
    outcome(
      seen.fromClients.length,
      `${counted(seen.fromClients.length, 'packet')} while the link to the servers changes`,
      expectValues('Packets were not sent as the link is.', {
        'packets to rs1': ['0 1 3', clientsAt(seen, 'rs1')],
        'frames, from and to': [
          [
            `${usualMac} ${rs1}`,
            `${OTHER_MAC} ${rs1}`,
            `${OTHER_MAC} ${OTHER_MAC}`,
            `${OTHER_MAC} ${rs1}`,
          ].join(', '),
          seen
            .on('director', 'eth1')
            .map(({ sourceMac, destinationMac }) => `${sourceMac} ${destinationMac}`)
            .join(', '),
        ],
        'who asked for rs1': [
          [usualMac, OTHER_MAC, OTHER_MAC].join(' '),
          questionsFor(seen, address)
            .map(({ sourceMac }) => sourceMac)
            .join(' '),
        ],
      }),
    ),
});

export const neighbourLinks: readonly PacketCase[] = [kept, otherLink];
