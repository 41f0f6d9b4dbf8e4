/** Cases about TUN’s other two encapsulations. */

import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectCount, expectPackets, outcome } from '../../kit/expecting/expect.ts';
import { expectFrames, forwardedRequest, OUTER_ID, packetIn } from '../../kit/expecting/forwarded.ts';
import { towardsServer } from '../../kit/expecting/next-hop.ts';
import type { Encapsulation } from '../../kit/expecting/rewritten-packet.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel, type Requirement, type Source } from '../../kit/requirement.ts';
import { TTLS } from '../../kit/sending/ip-values.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow } from '../../kit/sending/standard-flows.ts';
import { PAYLOADS } from '../../kit/sending/transport-values.ts';
import { addStandardService } from '../../kit/standard-service.ts';

export const tunnels = (what: string) => kernel(`TUN: ${what}, §5.4`);
export const GUE_PORT = 6080;

interface TunnelCase extends Pick<Requirement, 'name' | 'title' | 'requirement'> {
  readonly sources: readonly Source[];
  /** How the server is added. */
  readonly options: readonly string[];
  /** What should be around the packet, given the tunnel packet seen: a GUE tunnel’s source port is the director’s choice. */
  readonly encapsulation: (tunnelPacket: Uint8Array) => Encapsulation;
}

export function tunnelCase({ options, encapsulation, ...requirement }: TunnelCase): PacketCase {
  return packetCase({
    ...requirement,
    modes: modesWhere(({ encapsulates }) => encapsulates),
    play: async (stage) => {
      await addStandardService(stage, { servers: [{ options }] });
      const flow = new ClientFlow(stage);
      const requests = [
        flow.syn({ dontFragment: true }),
        ...TTLS.flatMap((ttl) => flow.both({ ttl, tos: ttl, id: ttl })),
        ...PAYLOADS.flatMap((payload) => flow.both({ dontFragment: true }, payload)),
        flow.datagram({}, { checksum: 0 }),
      ];
      await send(stage, stage.client, requests);
      return requests.length;
    },
    check: (seen, sent) => {
      const wanted = seen.fromClients.map((request, i) => {
        const tunnelPacket = seen.toServers[i];
        const around = encapsulation(tunnelPacket === undefined ? NO_PACKET : packetIn(tunnelPacket));
        return forwardedRequest(seen, packetIn(request), { encapsulation: around });
      });
      return outcome(
        seen.toServers.length,
        `${counted(seen.toServers.length, 'tunnel packet')} for ${counted(sent, 'request')}`,
        expectCount(seen.fromClients, sent, 'requests that reach the director'),
        expectPackets(seen.toServers, wanted, { what: 'the request in its tunnel', ignore: OUTER_ID }),
        expectFrames(seen.toServers, towardsServer(seen, 'rs1'), 'The frame does not lead to rs1.'),
      );
    },
  });
}

const NO_PACKET = new Uint8Array(40);
