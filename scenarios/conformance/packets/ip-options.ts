/** IP options that ask something of a router. */

import { ipBytes, writeHeaderChecksum } from '../../../lab/frames/index.ts';
import { ALL_MODES, modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectNothing, expectPackets, outcome } from '../../kit/expecting/expect.ts';
import { forwardedRequest, OUTER_ID, packetIn } from '../../kit/expecting/forwarded.ts';
import { oneHopOn, withSource } from '../../kit/expecting/rewritten-packet.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel, rfc } from '../../kit/requirement.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow, ReplyFlow } from '../../kit/sending/standard-flows.ts';
import { addStandardService, SERVICE_PORT } from '../../kit/standard-service.ts';

const RECORD_ROUTE = 7;
/** Room for three addresses, the first of which is filled in; its last byte is padding. */
const ONE_OF_THREE = [RECORD_ROUTE, 15, 8, 10, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
/** Room for one address, and it is taken. */
const FULL = [RECORD_ROUTE, 7, 8, 10, 1, 2, 3, 0];

const recordRoute = packetCase({
  name: 'request/record-route',
  title: 'The director writes itself into a recorded route',
  requirement:
    'A packet that asks for its route to be recorded finds the VIP in the next free slot, as that is where it was delivered to; a full list goes on as it is.',
  sources: [
    rfc('791 §3.1'),
    rfc('1812 §5.3.13.5'),
    kernel('IP options of a request for a local address, §5.1'),
  ],
  modes: ALL_MODES,
  play: async (stage) => {
    await addStandardService(stage);
    const flow = new ClientFlow(stage);
    const packets = [flow.syn(), ...[ONE_OF_THREE, FULL].flatMap((options) => flow.both({ options }))];
    await send(stage, stage.client, packets);
  },
  check: (seen) => {
    const wanted = seen.fromClients.map((packet) =>
      forwardedRequest(seen, recorded(packetIn(packet), seen.vip)),
    );
    return outcome(
      seen.fromClients.length,
      `${counted(seen.fromClients.length, 'request')}, four of them with a recorded route`,
      expectPackets(seen.toServers, wanted, { what: 'the request with its route', ignore: OUTER_ID }),
    );
  },
});

/** The packet with an address in the next free slot of its recorded route. */
function recorded(packet: Uint8Array, address: string): Uint8Array {
  const [option, length = 0, pointer = 0] = packet.subarray(20, 23);
  if ((packet[0] as number) === 0x45 || option !== RECORD_ROUTE || pointer > length) return packet;
  const stamped = packet.slice();
  stamped.set(ipBytes(address), 20 + pointer - 1);
  stamped[22] = pointer + 4;
  writeHeaderChecksum(stamped);
  return stamped;
}

/** “By way of 10.9.9.9”, loosely and strictly. */
const SOURCE_ROUTES = [131, 137].map((option) => [option, 7, 4, 10, 9, 9, 9, 0]);

const sourceRoute = packetCase({
  name: 'request/source-route',
  title: 'A source-routed request is not forwarded',
  requirement:
    'A request that asks for a way of its own (source route) would get around the balancing: it is not forwarded to any server.',
  sources: [rfc('7126 §4.3'), kernel('accept_source_route is off, §14')],
  modes: ALL_MODES,
  play: async (stage) => {
    await addStandardService(stage);
    const flow = new ClientFlow(stage);
    await send(
      stage,
      stage.client,
      SOURCE_ROUTES.flatMap((options) => [flow.syn({ options }), flow.datagram({ options })]),
    );
  },
  check: (seen) =>
    outcome(
      seen.fromClients.length,
      `${counted(seen.fromClients.length, 'request')} with a source route`,
      expectNothing(seen.toServers, 'A request with a source route was forwarded.'),
    ),
});

const replyRecordRoute = packetCase({
  name: 'reply/record-route',
  title: 'A reply’s route is recorded as the VIP’s',
  requirement:
    'A reply that records its route finds the VIP in the next free slot, since that is the address that it leaves the director with; neither the server’s network nor the director’s own address is told.',
  sources: [rfc('791 §3.1'), kernel('IP options of a NAT reply, §5.2')],
  modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
  play: async (stage) => {
    await addStandardService(stage);
    const flow = new ClientFlow(stage);
    await send(stage, stage.client, [flow.syn(), flow.datagram()]);
    const replies = new ReplyFlow(stage, flow);
    const packets = [ONE_OF_THREE, FULL].flatMap((options) => replies.both({ options }));
    await send(stage, stage.servers[0], packets);
  },
  check: (seen) => {
    const vip = { address: seen.vip, port: SERVICE_PORT };
    const wanted = seen.fromServers.map((packet) =>
      recorded(withSource(oneHopOn(packetIn(packet)), vip), seen.vip),
    );
    return outcome(
      seen.fromServers.length,
      `${counted(seen.fromServers.length, 'reply', 'replies')} with a recorded route`,
      expectPackets(seen.toClients, wanted, { what: 'the reply with its route' }),
    );
  },
});

export const ipOptions: readonly PacketCase[] = [recordRoute, sourceRoute];
export const replyOptions: readonly PacketCase[] = [replyRecordRoute];
