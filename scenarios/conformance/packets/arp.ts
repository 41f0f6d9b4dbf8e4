/** ARP for the VIP: the director alone answers. */

import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { type ArpFields, arpQuestion, readArp } from '../../../lab/frames/index.ts';
import { ALL_MODES, MODES, modesWhere } from '../../../lab/modes.ts';
import { udpEcho } from '../../../lab/stations/index.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { finding, findingAbout } from '../../kit/finding.ts';
import { type PacketCase, packetCase, type Seen } from '../../kit/packet-case.ts';
import { article, kernel, rfc } from '../../kit/requirement.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow } from '../../kit/sending/standard-flows.ts';
import { addStandardService, SERVICE_PORT } from '../../kit/standard-service.ts';

export function arpOf({ bytes }: DecodedPacket): ArpFields {
  return readArp(bytes.subarray(14));
}

const asked = packetCase({
  name: 'arp/vip-asked',
  title: 'Asked for the VIP, the director answers and the servers do not',
  requirement:
    'An ARP request for the VIP, from the clients’ side or from among the servers, is answered once, with the director’s MAC address; the real servers of DR and TUN, which have the VIP too, say nothing, or traffic would pass the director by.',
  sources: [
    article('dr-arp'),
    article('tun-arp'),
    article('dr-vip'),
    rfc('826'),
    kernel('topology: arp_ignore, §9.2'),
  ],
  modes: ALL_MODES,
  play: async (stage) => {
    const asker = MODES[stage.mode].repliesPassDirector ? stage.client : stage.servers[0];
    asker.sendFrame('eth0', arpQuestion(asker.mac, asker.address, stage.vip));
    await stage.settle();
  },
  check: (seen) => {
    const heard = seen.arp(MODES[seen.mode].repliesPassDirector ? 'client' : 'rs1', 'eth0');
    const answers = heard.filter((packet) => isArp(packet, 'reply') && arpOf(packet).senderIp === seen.vip);
    const director = seen.topology.hosts.find(({ name }) => name === 'director')?.interfaces[0]?.mac;
    // The tunnel’s servers are on a segment of their own, without the director.
    const wanted = !MODES[seen.mode].serversOnLink ? [] : [director];
    return outcome(
      heard.length,
      `${counted(heard.length, 'ARP packet')} where the VIP was asked for`,
      expectValues('The VIP was not answered for as it should.', {
        'MAC addresses told': [wanted.join(' '), answers.map((packet) => arpOf(packet).senderMac).join(' ')],
      }),
    );
  },
});

function isArp(packet: DecodedPacket, operation: ArpFields['operation']): boolean {
  return packet.arp !== undefined && arpOf(packet).operation === operation;
}

const serverAsks = packetCase({
  name: 'arp/server-asks',
  title: 'A server that answers as the VIP asks in its own name',
  requirement:
    'To answer a client a real server needs its router’s MAC address. It asks in its own name, RIP, though the packet says VIP (arp_announce 2): asking as the VIP would tell everybody a wrong address for it.',
  sources: [article('dr-arp'), article('tun-arp'), rfc('826'), kernel('topology: arp_announce, §9.2')],
  modes: modesWhere(({ rewritesAddresses }) => !rewritesAddresses),
  play: async (stage) => {
    await addStandardService(stage);
    stage.servers[0].answer(udpEcho({ port: SERVICE_PORT }));
    await send(stage, stage.client, [new ClientFlow(stage).datagram()]);
  },
  check: (seen) => {
    const spoken = seen.arp('rs1', 'eth0').filter((packet) => packet.sourceMac === towardsMac(seen));
    const replies = seen.by('rs1');
    return outcome(
      replies.length,
      `${counted(replies.length, 'reply', 'replies')} of rs1 and ${counted(spoken.length, 'ARP packet')}`,
      replies.length === 0 ? [finding('rs1 did not answer.')] : [],
      spoken
        .filter((packet) => arpOf(packet).senderIp === seen.vip)
        .map((packet) => findingAbout(packet, 'The real server speaks of the VIP as its own.')),
    );
  },
});

function towardsMac({ topology }: Seen): string | undefined {
  return topology.hosts.find(({ name }) => name === 'rs1')?.interfaces[0]?.mac;
}

export const arpCases: readonly PacketCase[] = [asked, serverAsks];
