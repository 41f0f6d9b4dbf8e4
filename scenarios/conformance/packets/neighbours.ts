/** Servers whose MAC address is never learned, or late. */

import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { arpAnswer, HOST_UNREACHABLE, UNREACHABLE } from '../../../lab/frames/index.ts';
import { ALL_MODES, MODES, modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectNothing, expectPackets, expectValues, outcome } from '../../kit/expecting/expect.ts';
import { expectErrors, expectFrames, type NetworkView } from '../../kit/expecting/forwarded.ts';
import { readdressedError, withQuoted } from '../../kit/expecting/icmp-messages.ts';
import { towardsServer } from '../../kit/expecting/next-hop.ts';
import { errorAbout, oneHopOn, withDestination } from '../../kit/expecting/rewritten-packet.ts';
import type { Finding } from '../../kit/finding.ts';
import { findingAbout } from '../../kit/finding.ts';
import { type PacketCase, packetCase, type Seen } from '../../kit/packet-case.ts';
import { kernel, rfc } from '../../kit/requirement.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow } from '../../kit/sending/standard-flows.ts';
import { addStandardService, SERVICE_PORT, serverPort } from '../../kit/standard-service.ts';
import { arpOf } from './arp.ts';

const resolution = (what: string) => kernel(`neighbours: ${what}, §5.1`);

/** An address that no host has, on the director’s own link: in TUN that is not the servers’. */
function nobody({ topology, mode, dip }: NetworkView, lastByte: number): string {
  const neighbour = !MODES[mode].serversOnLink ? dip : (topology.realServers[0]?.rip ?? '');
  return neighbour.replace(/\d+$/, String(lastByte));
}

/** What the director would send to that server. */
function onlyForwarded(place: NetworkView, packet: Uint8Array, address: string): Uint8Array {
  if (!MODES[place.mode].rewritesAddresses) return oneHopOn(packet);
  return withDestination(oneHopOn(packet), { address, port: serverPort(place.mode) });
}

const SILENT = 99;
/** Three questions, a second apart, and a second of patience after the last one. */
const QUESTIONS = 3;
const GIVEN_UP_MS = 3400;

const silent = packetCase({
  name: 'neighbour/silent',
  title: 'A server that is down is detected by ARP',
  requirement:
    'Nobody answers for a dead server’s address: the director asks three times, a second apart, in its own name and not the VIP’s; then each client whose packet waited gets “host unreachable”, but not in TUN: there the director’s own machine is told, and nobody else. IPVS itself tries no other server: to notice is the job of a health checker.',
  sources: [rfc('826'), rfc('1812 §5.2.7.1'), resolution('next hop does not answer')],
  modes: ALL_MODES,
  play: async (stage) => {
    await addStandardService(stage, { servers: [{ address: nobody(stage, SILENT) }] });
    const flows = [1, 2, 3].map((client) => new ClientFlow(stage, { client }));
    const packets = flows.map((flow, i) => (i === 0 ? flow.syn() : flow.datagram({ id: i })));
    await send(stage, stage.client, packets);
    await stage.wait(GIVEN_UP_MS);
    return flows.map((flow, i) => flow.arrived(packets[i] as Uint8Array));
  },
  check: (seen, packets) => {
    const address = nobody(seen, SILENT);
    const port = MODES[seen.mode].repliesPassDirector ? 'eth1' : 'eth0';
    const questions = seen.arp('director', port).filter((packet) => arpOf(packet).targetIp === address);
    return outcome(
      packets.length,
      `${counted(packets.length, 'packet')} for a server that is down, ${counted(questions.length, 'ARP request')}`,
      expectValues('The director did not ask as it should.', {
        'ARP requests for the server': [QUESTIONS, questions.length],
      }),
      questions.flatMap((question) => expectOwnName(seen, question)),
      expectErrors(
        seen,
        // The tunnel packet is the director’s own, so it tells itself.
        MODES[seen.mode].encapsulates
          ? []
          : packets.map((packet) => unreachable(seen, onlyForwarded(seen, packet, address))),
        'the answer that the server is not there',
      ),
      expectNothing(seen.toServers, 'A packet was sent to a MAC address that nobody told.'),
    );
  },
});

/** The kernel complains of the packet as it would have sent it, and NAT undoes its rewriting in the quotation. */
function unreachable({ mode, vip, dip }: Seen, forwarded: Uint8Array): Uint8Array {
  const error = errorAbout(forwarded, { source: dip, type: UNREACHABLE, code: HOST_UNREACHABLE });
  if (!MODES[mode].rewritesAddresses) return error;
  return readdressedError(withQuoted(error, 'destination', { address: vip, port: SERVICE_PORT }), {
    source: vip,
  });
}

function expectOwnName(seen: Seen, question: DecodedPacket): Finding[] {
  const { senderIp, senderMac } = arpOf(question);
  const { source } = towardsServer(seen, 'rs1');
  if (senderIp === seen.dip && senderMac === source && question.sourceMac === source) return [];
  return [
    findingAbout(question, 'The director does not ask in its own name.', [
      { field: 'ARP sender address', expected: seen.dip, seen: senderIp },
      { field: 'ARP sender MAC', expected: source, seen: senderMac },
    ]),
  ];
}

const SLOW = 98;

const waiting = packetCase({
  name: 'neighbour/waiting',
  title: 'Packets wait for the server’s MAC address',
  requirement:
    'While the director asks for a server’s MAC address its packets wait; once the answer is there they are sent, all of them, in their order.',
  sources: [rfc('1122 §2.3.2.2'), resolution('the packet waits in the queue')],
  modes: modesWhere(({ serversOnLink }) => serversOnLink),
  play: async (stage) => {
    const address = nobody(stage, SLOW);
    await addStandardService(stage, { servers: [{ address: address }] });
    const flow = new ClientFlow(stage);
    const packets = [flow.syn(), flow.datagram({ id: 1 }), flow.segment({ id: 2 }), flow.datagram({ id: 3 })];
    await send(stage, stage.client, packets);
    const question = {
      operation: 'request',
      senderMac: stage.director.serverSideMac,
      senderIp: stage.dip,
      targetMac: stage.servers[0].mac,
      targetIp: address,
    } as const;
    stage.servers[0].sendFrame('eth0', arpAnswer(question, stage.servers[0].mac));
    await stage.settle();
    return packets.map((packet) => flow.arrived(packet));
  },
  check: (seen, packets) =>
    outcome(
      seen.fromClients.length,
      `${counted(seen.fromClients.length, 'packet')} that had to wait`,
      expectPackets(
        seen.toServers,
        packets.map((packet) => onlyForwarded(seen, packet, nobody(seen, SLOW))),
        {
          what: 'the packet that waited',
        },
      ),
      expectFrames(seen.toServers, towardsServer(seen, 'rs1'), 'The frame does not lead to who answered.'),
    ),
});

export const neighbours: readonly PacketCase[] = [silent, waiting];
