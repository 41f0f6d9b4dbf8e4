/** The outer header of a tunnel as routers and the server see it: its number, its checksum, and what is inside. */

import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { summaryOfIp } from '../../../lab/captures/summary.ts';
import { get16, headerBytesOf, isSame, pattern, plainChecksum } from '../../../lab/frames/index.ts';
import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectCount, expectFields, outcome } from '../../kit/expecting/expect.ts';
import { packetIn } from '../../kit/expecting/forwarded.ts';
import { saysDontFragment } from '../../kit/expecting/pieces.ts';
import { oneHopOn } from '../../kit/expecting/rewritten-packet.ts';
import type { Finding } from '../../kit/finding.ts';
import { finding, findingAbout } from '../../kit/finding.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { article, kernel, rfc } from '../../kit/requirement.ts';
import { IDENTIFICATIONS } from '../../kit/sending/ip-values.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow } from '../../kit/sending/standard-flows.ts';
import { addStandardService } from '../../kit/standard-service.ts';

const identification = packetCase({
  name: 'outer/identification',
  title: 'Tunnel packets that may be fragmented can be told apart',
  requirement:
    'With DF the outer identification is 0, as nobody needs it; without, every tunnel packet has another one than those before it, whatever the inner one says.',
  sources: [rfc('6864 §4.1'), rfc('6864 §4.2'), kernel('TUN: outer ID, §5.1')],
  modes: modesWhere(({ encapsulates }) => encapsulates),
  play: async (stage) => {
    await addStandardService(stage);
    const flow = new ClientFlow(stage);
    const packets = Array.from({ length: 50 }, (_, i) => {
      const id = IDENTIFICATIONS[i % IDENTIFICATIONS.length] as number;
      return [...flow.both({ id }), ...flow.both({ id, dontFragment: true })];
    });
    await send(stage, stage.client, [flow.syn(), ...packets.flat()]);
  },
  check: (seen) => {
    const mayBeCut = seen.toServers.filter((packet) => !saysDontFragment(packetIn(packet)));
    const ids = mayBeCut.map((packet) => get16(packetIn(packet), 4));
    return outcome(
      seen.toServers.length,
      `${counted(seen.toServers.length, 'tunnel packet')}, ${mayBeCut.length} of them without DF`,
      expectCount(seen.toServers, seen.fromClients.length, 'tunnel packets'),
      seen.toServers
        .filter((packet) => saysDontFragment(packetIn(packet)))
        .flatMap((packet) =>
          expectFields(packet, 'With DF the identification should be 0.', { 'outer IP identification': 0 }),
        ),
      mayBeCut
        .filter((_, i) => ids.indexOf(ids[i] as number) < i)
        .map((packet) => findingAbout(packet, 'An earlier tunnel packet has this identification too.')),
    );
  },
});

const checksum = packetCase({
  name: 'outer/checksum',
  title: 'The outer header’s checksum is right',
  requirement:
    'Routers between director and server throw away packets whose header checksum is wrong: the outer header has a right one, for any length, TTL and TOS.',
  sources: [rfc('791 §3.1'), kernel('TUN: IP checksum computed, §5.1')],
  modes: modesWhere(({ encapsulates }) => encapsulates),
  play: async (stage) => {
    await addStandardService(stage);
    const flow = new ClientFlow(stage);
    const packets = Array.from({ length: 150 }, (_, i) =>
      flow.datagram(
        { ttl: 2 + ((i * 37) % 250), tos: (i * 11) & 255, id: (i * 977) & 0xffff, dontFragment: i % 3 === 0 },
        { payload: pattern((i * 53) % 1400) },
      ),
    );
    await send(stage, stage.client, [flow.syn(), ...packets]);
  },
  check: (seen) =>
    outcome(
      seen.toServers.length,
      counted(seen.toServers.length, 'outer header'),
      expectCount(seen.toServers, seen.fromClients.length, 'tunnel packets'),
      seen.toServers.flatMap(wrongHeaderChecksum),
    ),
});

function wrongHeaderChecksum(packet: DecodedPacket): Finding[] {
  const outer = packetIn(packet);
  const header = outer.subarray(0, headerBytesOf(outer));
  if (plainChecksum(header) === 0) return [];
  const right = header.slice();
  right.fill(0, 10, 12);
  const [expected, seen] = [plainChecksum(right), get16(header, 10)].map((sum) => `0x${sum.toString(16)}`);
  return [
    findingAbout(packet, 'The outer header’s checksum is wrong.', [
      { field: 'outer IP header checksum', expected: expected as string, seen: seen as string },
    ]),
  ];
}

const unwrapped = packetCase({
  name: 'outer/unwrapped',
  title: 'The server finds the client’s packet inside',
  requirement:
    'A real server takes the outer header off and finds a packet CIP → VIP for one of its own addresses: it knows the client, and answers it itself.',
  sources: [article('tun-unwrap'), rfc('2003 §3')],
  modes: modesWhere(({ encapsulates }) => encapsulates),
  play: async (stage) => {
    await addStandardService(stage);
    const flow = new ClientFlow(stage);
    const requests = [flow.syn({ ttl: 60 }), ...flow.both({ ttl: 61, dontFragment: true })];
    await send(stage, stage.client, requests);
    return { sent: requests.length, inbox: [...stage.servers[0].inbox] };
  },
  check: (seen, { sent, inbox }) => {
    const wanted = seen.fromClients.map((request) => oneHopOn(packetIn(request)));
    const findings = wanted
      .filter((packet) => !inbox.some((found) => isSame(found, packet)))
      .map((packet) => finding(`The server did not find this packet in a tunnel: ${summaryOfIp(packet)}.`));
    return outcome(
      inbox.length,
      `${counted(inbox.length, 'packet')} that rs1 took out of ${seen.toServers.length} tunnel packets, for ${counted(sent, 'request')}`,
      findings,
    );
  },
});

export const outerHeader: readonly PacketCase[] = [identification, checksum, unwrapped];
