/** SCTP, which is balanced like TCP and UDP. */

import { readSctp, sctpPacket } from '../../../lab/frames/index.ts';
import { ALL_MODES, MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectPackets, outcome } from '../../kit/expecting/expect.ts';
import { expectFrames, forwardedTo, OUTER_ID, packetIn } from '../../kit/expecting/forwarded.ts';
import { towardsClient, towardsServer } from '../../kit/expecting/next-hop.ts';
import { oneHopOn } from '../../kit/expecting/rewritten-packet.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel, rfc } from '../../kit/requirement.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow, ReplyFlow } from '../../kit/sending/standard-flows.ts';
import { Service } from '../../kit/service.ts';
import { SERVICE_PORT, serverEndpoint, serverPort } from '../../kit/standard-service.ts';

/** An INIT chunk (RFC 9260 §3.3.2). */
const INIT = Uint8Array.of(1, 0, 0, 20, 0, 0, 0, 1, 0, 1, 0, 0, 0, 10, 0, 10, 0, 0, 0, 1);
/** A DATA chunk with four bytes in it (§3.3.1). */
const DATA = Uint8Array.of(0, 3, 0, 20, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4);

const sctp = packetCase({
  name: 'request/sctp',
  title: 'SCTP is balanced too',
  requirement:
    'An SCTP association is opened by an INIT chunk and forwarded like the rest. Its checksum (CRC32c) covers the ports but no address: NAT computes it anew only where the port changes, so a wrong one is then put right.',
  sources: [rfc('9260 §6.8'), kernel('NAT: SCTP, §5.2')],
  modes: ALL_MODES,
  play: async (stage) => {
    await Service.add(stage, {
      protocol: 'sctp',
      port: SERVICE_PORT,
      serverPort: serverPort(stage.mode),
      servers: [{}],
    });
    const flow = new ClientFlow(stage);
    await send(stage, stage.client, [
      flow.sctp(INIT),
      flow.sctp(DATA, { id: 2 }),
      flow.sctp(new Uint8Array(0), { id: 3 }),
    ]);
    if (MODES[stage.mode].repliesPassDirector) {
      await send(stage, stage.servers[0], [new ReplyFlow(stage, flow).sctp(DATA)]);
    }
  },
  check: (seen) => {
    const server = serverEndpoint(seen);
    const wanted = seen.fromClients.map((request) => {
      const packet = oneHopOn(packetIn(request));
      return forwardedTo(seen, packet, server.address, () => {
        const { ip, chunks, verificationTag, sourcePort } = readSctp(packet);
        const ports = { sourcePort, destinationPort: server.port };
        return sctpPacket({ ...ip, destination: server.address }, { ...ports, verificationTag }, chunks);
      });
    });
    const replies = seen.fromServers.map((reply) => {
      const { ip, chunks, verificationTag, destinationPort } = readSctp(oneHopOn(packetIn(reply)));
      const ports = { sourcePort: SERVICE_PORT, destinationPort };
      return sctpPacket({ ...ip, source: seen.vip }, { ...ports, verificationTag }, chunks);
    });
    return outcome(
      seen.fromClients.length,
      `${counted(seen.fromClients.length, 'request')} and ${counted(seen.fromServers.length, 'reply', 'replies')} of SCTP`,
      expectPackets(seen.toServers, wanted, { what: 'the SCTP packet on its way to rs1', ignore: OUTER_ID }),
      expectFrames(seen.toServers, towardsServer(seen, 'rs1'), 'The frame does not lead to rs1.'),
      expectPackets(seen.toClients, replies, { what: 'the SCTP packet on its way to the client' }),
      expectFrames(seen.toClients, towardsClient(seen), 'The frame does not lead to the client.'),
    );
  },
});

export const sctpCases: readonly PacketCase[] = [sctp];
