/** ICMP errors of programs on the director’s own machine. */

import { TIME_EXCEEDED } from '../../../lab/frames/index.ts';
import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectPackets, outcome } from '../../kit/expecting/expect.ts';
import { isOf, packetIn } from '../../kit/expecting/forwarded.ts';
import { errorQuoting, readdressedError, withQuoted } from '../../kit/expecting/icmp-messages.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { Flow } from '../../kit/sending/flow.ts';
import { addStandardService, SERVICE_PORT } from '../../kit/standard-service.ts';
import { errorForServer } from './icmp-from-clients.ts';

const PORT = 40_001;
/** Of the service whose server is on the director itself. */
const OWN_PORT = SERVICE_PORT + 1;
const HEADER_BYTES = 20;
const EXPIRED = { type: TIME_EXCEEDED, code: 0 };

/** Nobody else sends such errors here. */
const isExpired = (packet: Parameters<typeof packetIn>[0]) =>
  isOf(1)(packet) && packetIn(packet)[HEADER_BYTES] === TIME_EXCEEDED;

function damaged(error: Uint8Array): Uint8Array {
  const copy = error.slice();
  copy[copy.length - 1]! ^= 1;
  return copy;
}

export const ownErrors: PacketCase = packetCase({
  name: 'own-machine/errors',
  title: 'Errors that the director’s own machine sends are rewritten whatever their checksum',
  requirement:
    'In NAT an ICMP error that a program on the director’s own machine sends, as a client about a reply or as a real server about a request, is rewritten like others’ and leaves with a right checksum, also where its own was wrong: a machine’s own checksums may be left to its card, so they are not looked at.',
  sources: [kernel('ICMP errors: those that the director’s own machine sends, §5.8')],
  modes: modesWhere(({ rewritesAddresses }) => rewritesAddresses),
  virtualTime: true,
  play: async (stage) => {
    const { director, client, vip, dip } = stage;
    await addStandardService(stage);
    await addStandardService(stage, { port: OWN_PORT, servers: [{ address: dip }] });
    const destination = vip;
    const ofOwn = { source: dip, sourcePort: PORT, destination, destinationPort: SERVICE_PORT };
    director.machine?.send(new Flow(ofOwn).datagram());
    await stage.settle();
    const source = stage.clientAddress();
    const ofOther = { source, sourcePort: PORT, destination, destinationPort: OWN_PORT };
    client.send(new Flow(ofOther).datagram());
    await stage.settle();
    const reply = new Flow({
      source: vip,
      sourcePort: SERVICE_PORT,
      destination: dip,
      destinationPort: PORT,
    });
    const request = new Flow({ ...ofOther, destination: dip });
    const [asClient, asServer] = [
      errorQuoting({ source: dip, destination: vip }, EXPIRED, reply.datagram()),
      errorQuoting({ source: dip, destination: source }, EXPIRED, request.datagram()),
    ];
    const sent = [asClient, asServer].flatMap((error) => [error, damaged(error)]);
    for (const error of sent) director.machine?.send(error);
    await stage.settle();
    return sent;
  },
  check: (seen, sent) => {
    const [asClient, asServer] = [sent.slice(0, 2), sent.slice(2)];
    const virtual = { address: seen.vip, port: OWN_PORT };
    return outcome(
      sent.length,
      `${counted(sent.length, 'error')} of the director’s own machine`,
      expectPackets(
        seen.toServers.filter(isExpired),
        asClient.map((error) => errorForServer(seen, error)),
        { what: 'the error of a client on that machine' },
      ),
      expectPackets(
        seen.toClients.filter(isExpired),
        asServer.map((error) =>
          readdressedError(withQuoted(error, 'destination', virtual), { source: seen.vip }),
        ),
        { what: 'the error of a server on that machine' },
      ),
    );
  },
});
