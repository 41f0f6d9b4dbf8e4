/** Thousands of packets: what goes wrong once in a thousand times goes wrong here. */

import { ACK, PSH, pattern } from '../../../lab/frames/index.ts';
import { ALL_MODES, modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { outcome } from '../../kit/expecting/expect.ts';
import { expectReplies, expectRequests } from '../../kit/expecting/forwarded.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { article, kernel, rfc } from '../../kit/requirement.ts';
import type { Flow, IpPart } from '../../kit/sending/flow.ts';
import { NO_OPERATION } from '../../kit/sending/ip-values.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow, ReplyFlow } from '../../kit/sending/standard-flows.ts';
import { addStandardService } from '../../kit/standard-service.ts';
import { replyCase, requestCase } from './forwarding-case.ts';

const PACKETS = 2000;

const many = requestCase({
  name: 'request/many',
  title: 'Two thousand requests, none of them wrong',
  requirement:
    'What holds for one request holds for each of two thousand in a row on one connection, with lengths, data, TTLs, identifications, flags and sequence numbers of all kinds.',
  sources: [article('rewrite'), rfc('1624 §3'), kernel('transmitters, §5.1')],
  modes: ALL_MODES,
  packets: (flow) => assorted(flow),
});

const everyReply = replyCase({
  name: 'reply/many',
  title: 'Two thousand replies, and none shows the real server',
  requirement:
    'Every single reply of NAT leaves as VIP:8000: one in thousands that leaves with the server’s own address or port breaks its connection, and tells the world where the servers are.',
  sources: [article('nat-reply'), rfc('1624 §3'), kernel('NAT, §5.2')],
  modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
  packets: (replies) => assorted(replies),
});

/** Packets of one flow, made from numbers that jump about and are the same ones each time. */
function assorted(flow: Flow): Uint8Array[] {
  return Array.from({ length: PACKETS }, (_, i) => {
    const number = (i * 2_654_435_761) % 2 ** 32;
    const ip: IpPart = {
      ttl: 2 + (number % 254),
      tos: (number >>> 8) & 255,
      id: (number >>> 12) & 0xffff,
      dontFragment: (number & 0x0001_0000) !== 0,
      ...(i % 50 === 7 && { options: NO_OPERATION }),
    };
    const payload = payloadOf(i, number);
    if (i % 2 === 0) return flow.datagram(ip, { payload, ...(i % 32 === 6 && { checksum: 0 }) });
    return flow.segment(ip, {
      payload,
      flags: ACK | (i % 3 === 0 ? PSH : 0),
      sequence: (number * 3) % 2 ** 32,
      acknowledgement: (number * 7) % 2 ** 32,
      window: number & 0xffff,
    });
  });
}

/** Mostly short, and now and then as long as a packet in a tunnel may be. */
function payloadOf(i: number, number: number): Uint8Array {
  const length = i % 40 === 1 ? 1400 + (i % 30) : number % 120;
  if (i % 9 === 4) return new Uint8Array(length).fill(i % 2 === 0 ? 0 : 0xff);
  return pattern(length, i);
}

const CLIENTS = 240;
const PORTS = [1, 21, 255, 256, 1023, 1024, 32_768, 65_535];

const manyClients = packetCase({
  name: 'request/many-clients',
  title: 'A thousand connections, each rewritten for itself',
  requirement:
    'Connections of many client addresses and ports, the first and the last port among them, are all forwarded with the client’s own address and port: IPVS hides the servers, never the clients.',
  sources: [
    article('nat-request'),
    article('dr-packet'),
    article('tun-unwrap'),
    kernel('connection table, §3.1'),
  ],
  modes: ALL_MODES,
  play: async (stage) => {
    await addStandardService(stage);
    const requests = everyClient((client, clientPort) => {
      const flow = new ClientFlow(stage, { client, clientPort });
      return clientPort % 2 === 0 ? flow.syn({ id: clientPort }) : flow.datagram({ id: clientPort });
    });
    await send(stage, stage.client, requests);
    return requests.length;
  },
  check: (seen, sent) =>
    outcome(
      seen.fromClients.length,
      `${counted(seen.fromClients.length, 'connection')} and what the director made of each`,
      expectRequests(seen, sent),
    ),
});

const manyServed = packetCase({
  name: 'reply/many-clients',
  title: 'A thousand connections, each answered by the VIP',
  requirement:
    'With many connections at once every reply finds its own: it goes to the client that asked, from VIP:8000.',
  sources: [article('nat-reply'), kernel('connection table: look-up from the server’s side, §3.2')],
  modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
  play: async (stage) => {
    await addStandardService(stage);
    const flows = everyClient((client, clientPort) => new ClientFlow(stage, { client, clientPort }));
    await send(
      stage,
      stage.client,
      flows.map((flow) => (flow.clientPort % 2 === 0 ? flow.syn() : flow.datagram())),
    );
    const replies = flows.map((flow) => {
      const reply = new ReplyFlow(stage, flow);
      return flow.clientPort % 2 === 0
        ? reply.segment({ id: flow.clientPort })
        : reply.datagram({ id: flow.clientPort });
    });
    await send(stage, stage.servers[0], replies);
    return replies.length;
  },
  check: (seen, sent) =>
    outcome(
      seen.fromServers.length,
      `${counted(seen.fromServers.length, 'reply', 'replies')} and what the director made of each`,
      expectReplies(seen, sent),
    ),
});

function everyClient<T>(make: (client: number, clientPort: number) => T): T[] {
  return Array.from({ length: CLIENTS * 4 }, (_, i) => {
    const client = 1 + (i % CLIENTS);
    const round = Math.floor(i / CLIENTS);
    return make(client, PORTS[(client + round) % PORTS.length] as number);
  });
}

export const manyRequests: readonly PacketCase[] = [many, manyClients];

export const manyReplies: readonly PacketCase[] = [everyReply, manyServed];
