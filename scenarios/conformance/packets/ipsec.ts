/** IPsec, whose packets have no ports: they follow the key exchange on UDP port 500. */

import { ESP, ipPacket, ipText, pattern, readIpv4 } from '../../../lab/frames/index.ts';
import { ALL_MODES, MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectNothing, expectPackets, outcome } from '../../kit/expecting/expect.ts';
import { expectFrames, forwardedTo, OUTER_ID, packetIn } from '../../kit/expecting/forwarded.ts';
import { towardsServer } from '../../kit/expecting/next-hop.ts';
import { oneHopOn } from '../../kit/expecting/rewritten-packet.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel, rfc } from '../../kit/requirement.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow } from '../../kit/sending/standard-flows.ts';
import { addStandardService, serverEndpoint } from '../../kit/standard-service.ts';

const KEY_EXCHANGE_PORT = 500;
const AH = 51;

const follows = packetCase({
  name: 'request/ipsec',
  title: 'IPsec follows its key exchange',
  requirement:
    'AH and ESP have no ports and no rules. Their packets go to the server that the same client’s key exchange (UDP, port 500 to 500) went to, under NAT with another address and nothing else changed; those of other clients are not balanced.',
  sources: [rfc('4301'), kernel('scheduling: AH and ESP, §1.3')],
  modes: ALL_MODES,
  play: async (stage) => {
    await addStandardService(stage, { port: KEY_EXCHANGE_PORT });
    const flow = new ClientFlow(stage, { clientPort: KEY_EXCHANGE_PORT, servicePort: KEY_EXCHANGE_PORT });
    const stranger = stage.clientAddress(2);
    await send(stage, stage.client, [flow.datagram()]);
    await send(stage, stage.client, [
      ...[AH, ESP].map((protocol) =>
        ipPacket({ ...ends(flow.client, stage.vip), id: protocol }, protocol, pattern(60)),
      ),
      ipPacket(ends(stranger, stage.vip), ESP, pattern(60)),
    ]);
    await send(
      stage,
      stage.servers[0],
      MODES[stage.mode].repliesPassDirector
        ? [AH, ESP].map((protocol) =>
            ipPacket(ends(stage.servers[0].address, flow.client), protocol, pattern(61)),
          )
        : [],
    );
    return flow.client;
  },
  check: (seen, client) => {
    const { address } = serverEndpoint(seen);
    const secured = seen.fromClients.slice(1);
    const own = secured.filter((packet) => ipText(packetIn(packet), 12) === client);
    const wanted = own.map((packet) => {
      const hopped = oneHopOn(packetIn(packet));
      return forwardedTo(seen, hopped, address, () => {
        const { protocol, payload, ...ip } = readIpv4(hopped);
        return ipPacket({ ...ip, destination: address }, protocol, payload);
      });
    });
    const replies = seen.fromServers.map((packet) => {
      const { protocol, payload, ...ip } = readIpv4(oneHopOn(packetIn(packet)));
      return ipPacket({ ...ip, source: seen.vip }, protocol, payload);
    });
    const sent = seen.toServers.slice(1);
    const told = seen.toClients.filter((packet) => ipText(packetIn(packet), 16) === client);
    return outcome(
      secured.length,
      `${counted(secured.length, 'packet')} of AH and ESP, and ${replies.length} back`,
      expectPackets(sent, wanted, { what: 'the IPsec packet on its way to rs1', ignore: OUTER_ID }),
      expectFrames(sent, towardsServer(seen, 'rs1'), 'The frame does not lead to rs1.'),
      expectPackets(told, replies, { what: 'the IPsec packet on its way to the client' }),
      MODES[seen.mode].repliesPassDirector
        ? []
        : expectNothing(seen.fromServers, 'A reply came to the director.'),
    );
  },
});

function ends(source: string, destination: string) {
  return { source, destination };
}

export const ipsecCases: readonly PacketCase[] = [follows];
