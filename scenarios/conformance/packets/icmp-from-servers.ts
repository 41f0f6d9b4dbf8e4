/** NAT: ICMP messages from the servers’ side on their way to the client. */

import { cut, ICMP, icmpPacket, UNREACHABLE } from '../../../lab/frames/index.ts';
import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectCount, expectNothing, expectPackets, outcome } from '../../kit/expecting/expect.ts';
import { expectFrames, forwardedRequest, isOf } from '../../kit/expecting/forwarded.ts';
import {
  errorQuoting,
  HANDLED_ERRORS,
  OTHER_ERRORS,
  readdressedError,
  withQuoted,
} from '../../kit/expecting/icmp-messages.ts';
import { towardsClient } from '../../kit/expecting/next-hop.ts';
import { oneHopOn } from '../../kit/expecting/rewritten-packet.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { article, kernel, rfc } from '../../kit/requirement.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow } from '../../kit/sending/standard-flows.ts';
import { SERVICE_PORT } from '../../kit/standard-service.ts';
import { errorsAbout, icmp, openLong, SERVER_SIDE_ROUTER } from './quoted-flow.ts';

const fromServerSide = packetCase({
  name: 'icmp/from-server-side',
  title: 'Errors about a request reach the client and quote its own request',
  requirement:
    'A server, or a router behind the director, that complains of a request quotes it as NAT made it, CIP → RIP. The client is sent the error from the VIP, quoting CIP → VIP:8000, or it would not know what is meant; the quoted TCP or UDP checksum stays.',
  sources: [article('nat-reply'), rfc('792'), rfc('5508 §4.2'), icmp('towards the client')],
  modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
  play: async (stage) => {
    const { flow, requests } = await openLong(stage);
    const quoted = requests.map((request) => forwardedRequest(stage, flow.arrived(request)));
    const senders = [
      { source: stage.servers[0].address },
      { source: SERVER_SIDE_ROUTER },
      { source: SERVER_SIDE_ROUTER, ttl: 2, tos: 0xc0, id: 9 },
    ];
    const errors = senders.flatMap((from) =>
      errorsAbout(quoted, HANDLED_ERRORS, { ...from, destination: flow.client }),
    );
    await send(stage, stage.servers[0], errors);
    return errors;
  },
  check: (seen, errors) => {
    const wanted = errors.map((error) =>
      oneHopOn(
        readdressedError(withQuoted(error, 'destination', { address: seen.vip, port: SERVICE_PORT }), {
          source: seen.vip,
        }),
      ),
    );
    return outcome(
      seen.fromServers.length,
      `${counted(seen.fromServers.length, 'error')} about requests`,
      expectCount(seen.fromServers, errors.length, 'errors that reach the director'),
      expectPackets(seen.toClients, wanted, { what: 'the error on its way to the client' }),
      expectFrames(seen.toClients, towardsClient(seen), 'The frame does not lead to the client.'),
    );
  },
});

const undeliverable = packetCase({
  name: 'icmp/not-passed-on',
  title: 'Damaged or expired errors about a request end at the director',
  requirement:
    'An error from the servers’ side whose ICMP checksum is wrong is dropped, since NAT would make it look sound; one with TTL 1 is not forwarded, and no error is sent about an error.',
  sources: [rfc('1812 §4.3.2.7'), kernel('ICMP: wrong checksum, §5.8')],
  modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
  play: async (stage) => {
    const { flow, requests } = await openLong(stage);
    const ends = { source: SERVER_SIDE_ROUTER, destination: flow.client };
    const errors = requests
      .map((request) => forwardedRequest(stage, flow.arrived(request)).subarray(0, 100))
      .flatMap((body) => [
        icmpPacket(ends, { type: UNREACHABLE, code: 1, body, checksum: 0x1111 }),
        icmpPacket({ ...ends, ttl: 1 }, { type: UNREACHABLE, code: 1, body }),
      ]);
    await send(stage, stage.servers[0], errors);
  },
  check: (seen) =>
    outcome(
      seen.fromServers.length,
      `${counted(seen.fromServers.length, 'error')}, damaged or with TTL 1`,
      expectNothing(seen.toClients, 'An error that should have ended here was passed on.'),
      expectNothing(seen.toServers.filter(isOf(ICMP)), 'An error about an error was sent.'),
    ),
});

const notHandled = packetCase({
  name: 'icmp/left-alone',
  title: 'Other errors from the servers’ side are simply routed',
  requirement:
    'Redirects, parameter problems, and errors about packets of no connection, or without ports because they quote too little or a later fragment, are not rewritten: the director passes them on like any router, with one hop less, from whom they came.',
  sources: [rfc('1812 §5.2.7'), kernel('ICMP: redirect and parameter problem under NAT pass unchanged, §14')],
  modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
  play: async (stage) => {
    const { flow, requests } = await openLong(stage);
    const quoted = requests.map((request) => forwardedRequest(stage, flow.arrived(request)));
    const ends = { source: SERVER_SIDE_ROUTER, destination: flow.client };
    const ofNobody = new ClientFlow(stage, { clientPort: flow.clientPort + 1 });
    const unknown = forwardedRequest(stage, ofNobody.arrived(ofNobody.datagram()));
    const [later] = quoted.map((packet) => cut(packet, 96)[1] as Uint8Array);
    const errors = [
      ...errorsAbout(quoted, OTHER_ERRORS, ends),
      errorQuoting(ends, { type: UNREACHABLE, code: 1 }, later as Uint8Array),
      errorQuoting(ends, { type: UNREACHABLE, code: 1 }, unknown),
      ...quoted.map((packet) => errorQuoting(ends, { type: UNREACHABLE, code: 4, rest: 1300 }, packet, 20)),
    ];
    await send(stage, stage.servers[0], errors);
    return errors;
  },
  check: (seen, errors) =>
    outcome(
      seen.fromServers.length,
      `${counted(seen.fromServers.length, 'message')}, none of them the director’s business`,
      expectPackets(seen.toClients, errors.map(oneHopOn), { what: 'the message, routed to the client' }),
    ),
});

export const icmpFromServers: readonly PacketCase[] = [fromServerSide, undeliverable, notHandled];
