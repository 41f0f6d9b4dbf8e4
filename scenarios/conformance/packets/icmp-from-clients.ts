/** ICMP errors about replies: they find their way to the connection’s server. */

import { ICMP, icmpPacket, tcpPacket, UNREACHABLE, udpPacket } from '../../../lab/frames/index.ts';
import { ALL_MODES, MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectCount, expectNothing, expectPackets, outcome } from '../../kit/expecting/expect.ts';
import {
  expectFrames,
  forwardedRequest,
  forwardedTo,
  isOf,
  type NetworkView,
  OUTER_ID,
  packetIn,
} from '../../kit/expecting/forwarded.ts';
import {
  errorQuoting,
  HANDLED_ERRORS,
  readdressedError,
  withQuoted,
} from '../../kit/expecting/icmp-messages.ts';
import { towardsServer } from '../../kit/expecting/next-hop.ts';
import { oneHopOn } from '../../kit/expecting/rewritten-packet.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel, rfc } from '../../kit/requirement.ts';
import { NO_OPERATION } from '../../kit/sending/ip-values.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow } from '../../kit/sending/standard-flows.ts';
import { addStandardService, SERVICE_PORT, serverEndpoint } from '../../kit/standard-service.ts';
import { CLIENT_SIDE_ROUTER, errorsAbout, icmp, isIcmpInside, LONG, openLong } from './quoted-flow.ts';

const fromClientSide = packetCase({
  name: 'icmp/from-client-side',
  title: 'Errors about a reply reach the server',
  requirement:
    'The client, or a router on the way to it, sends errors about a reply to the VIP. They go to the connection’s server: under NAT quoting the reply as that server sent it, RIP:9001 → CIP; under DR and TUN as they came, since that server did send as the VIP.',
  sources: [rfc('792'), rfc('1191 §3'), rfc('5508 §4.2'), icmp('towards the real server')],
  modes: ALL_MODES,
  play: async (stage) => {
    const { flow } = await openLong(stage);
    const ends = { source: stage.vip, destination: flow.client, ttl: 63, id: 55, dontFragment: true };
    const ports = { sourcePort: SERVICE_PORT, destinationPort: flow.clientPort };
    const replies = [
      tcpPacket(ends, { ...ports, flags: 0x10, payload: LONG }),
      udpPacket(ends, { ...ports, payload: LONG }),
      udpPacket({ ...ends, options: NO_OPERATION }, { ...ports, payload: LONG }),
    ];
    const lastHops = MODES[stage.mode].repliesPassDirector ? 2 : 3;
    const senders = [
      { source: flow.client },
      { source: CLIENT_SIDE_ROUTER },
      { source: CLIENT_SIDE_ROUTER, ttl: lastHops, tos: 0xc0, id: 9 },
    ];
    const errors = senders.flatMap((from) =>
      errorsAbout(replies, HANDLED_ERRORS, { ...from, destination: stage.vip }),
    );
    await send(stage, stage.client, errors);
    return errors.length;
  },
  check: (seen, sent) => {
    const errors = seen.fromClients.filter(isOf(ICMP));
    const relayed = seen.toServers.filter(isIcmpInside);
    return outcome(
      errors.length,
      `${counted(errors.length, 'error')} about replies`,
      expectCount(errors, sent, 'errors that reach the director'),
      expectPackets(
        relayed,
        errors.map((error) => errorForServer(seen, packetIn(error))),
        { what: 'the error on its way to rs1', ignore: OUTER_ID },
      ),
      expectFrames(relayed, towardsServer(seen, 'rs1'), 'The frame does not lead to rs1.'),
      expectNothing(seen.toClients, 'An error about a reply was answered.'),
    );
  },
});

/** An error about a reply as the connection’s server should get it. */
export function errorForServer(seen: NetworkView, error: Uint8Array): Uint8Array {
  const server = serverEndpoint(seen);
  const packet = oneHopOn(error);
  return forwardedTo(seen, packet, server.address, () =>
    readdressedError(withQuoted(packet, 'source', server), { destination: server.address }),
  );
}

const unknownConnection = packetCase({
  name: 'icmp/unknown-connection',
  title: 'Errors about unknown connections go to no server',
  requirement:
    'An error to the VIP that quotes a reply of no connection, or a piece of one without ports, is left to the director’s own stack, which has nothing to do with it: no server is bothered, nobody is answered.',
  sources: [rfc('1122 §3.2.2'), icmp('unknown connection')],
  modes: ALL_MODES,
  play: async (stage) => {
    const { flow } = await openLong(stage);
    const ends = { source: stage.vip, destination: flow.client };
    const ports = { sourcePort: SERVICE_PORT, destinationPort: flow.clientPort + 1 };
    const own = { ...ports, destinationPort: flow.clientPort };
    const replies = [
      tcpPacket(ends, { ...ports, flags: 0x10 }),
      udpPacket(ends, ports),
      // A later fragment has no ports, whatever stands where they would be.
      udpPacket({ ...ends, offsetBytes: 1480 }, { ...own, payload: LONG }),
    ];
    const errors = errorsAbout(replies, HANDLED_ERRORS, {
      source: CLIENT_SIDE_ROUTER,
      destination: stage.vip,
    });
    await send(stage, stage.client, errors);
  },
  check: (seen) => {
    const errors = seen.fromClients.filter(isOf(ICMP));
    return outcome(
      errors.length,
      `${counted(errors.length, 'error')} about a connection that is not there`,
      expectNothing(
        seen.toServers.filter(isIcmpInside),
        'A server was sent an error about a connection that it does not have.',
      ),
      expectNothing(seen.toClients, 'An error was answered.'),
    );
  },
});

const WRONG_CHECKSUM = 0x1111;

const wrongChecksum = packetCase({
  name: 'icmp/wrong-checksum',
  title: 'NAT relays no damaged error, DR and TUN leave that to the server',
  requirement:
    'NAT has to rewrite what an error quotes and computes its checksum anew, so a damaged one is dropped, or it would look sound. DR and TUN pass it on as it is.',
  sources: [rfc('792'), kernel('ICMP: wrong checksum to the VIP, §14')],
  modes: ALL_MODES,
  play: async (stage) => {
    const { flow } = await openLong(stage);
    const ends = { source: stage.vip, destination: flow.client };
    const reply = udpPacket(ends, {
      sourcePort: SERVICE_PORT,
      destinationPort: flow.clientPort,
      payload: LONG,
    });
    const body = reply.subarray(0, 60);
    const toVip = { source: CLIENT_SIDE_ROUTER, destination: stage.vip };
    await send(stage, stage.client, [
      icmpPacket(toVip, { type: UNREACHABLE, code: 1, checksum: WRONG_CHECKSUM, body }),
    ]);
  },
  check: (seen) => {
    const errors = seen.fromClients.filter(isOf(ICMP));
    const wanted = MODES[seen.mode].rewritesAddresses
      ? []
      : errors.map((error) => errorForServer(seen, packetIn(error)));
    return outcome(
      errors.length,
      `${errors.length} error with a wrong checksum`,
      expectPackets(seen.toServers.filter(isIcmpInside), wanted, {
        what: 'the damaged error on its way to rs1',
        ignore: OUTER_ID,
      }),
      expectNothing(seen.toClients, 'A damaged error was answered.'),
    );
  },
});

const lastHop = packetCase({
  name: 'icmp/ttl',
  title: 'No error is sent about an error whose TTL has expired',
  requirement:
    'An error with TTL 1 is not forwarded, and no error is sent about it: errors about errors could go on for ever.',
  sources: [rfc('1812 §4.3.2.7'), icmp('towards the real server, TTL')],
  modes: ALL_MODES,
  play: async (stage) => {
    const { flow } = await openLong(stage);
    const ends = { source: stage.vip, destination: flow.client };
    const ports = { sourcePort: SERVICE_PORT, destinationPort: flow.clientPort };
    const replies = [tcpPacket(ends, { ...ports, flags: 0x10 }), udpPacket(ends, ports)];
    const ttl = MODES[stage.mode].repliesPassDirector ? 1 : 2;
    const toVip = { source: CLIENT_SIDE_ROUTER, destination: stage.vip, ttl };
    await send(
      stage,
      stage.client,
      replies.map((reply) => errorQuoting(toVip, { type: UNREACHABLE, code: 1 }, reply)),
    );
  },
  check: (seen) => {
    const errors = seen.fromClients.filter(isOf(ICMP));
    return outcome(
      errors.length,
      `${counted(errors.length, 'error')} with TTL 1`,
      expectNothing(seen.toServers.filter(isIcmpInside), 'An error without a hop left was forwarded.'),
      expectNothing(seen.toClients, 'An error about an error was sent.'),
    );
  },
});

const scheduled = packetCase({
  name: 'icmp/schedule-icmp',
  title: 'schedule_icmp: an error may open the connection that it is about',
  requirement:
    'With net.ipv4.vs.schedule_icmp on, an error about a reply of no connection is scheduled as if the request that the reply was for had come: a server is chosen, gets the error as of its own reply, and keeps the connection.',
  sources: [icmp('scheduling, schedule_icmp'), kernel('scheduling: ICMP carrying a packet, §1.3')],
  modes: ALL_MODES,
  play: async (stage) => {
    await addStandardService(stage);
    await stage.director.set('schedule_icmp', 1);
    const flow = new ClientFlow(stage);
    const ends = { source: stage.vip, destination: flow.client };
    const ports = { sourcePort: SERVICE_PORT, destinationPort: flow.clientPort };
    const replies = [
      tcpPacket(ends, { ...ports, flags: 0x10 }),
      udpPacket(ends, { ...ports, payload: LONG }),
    ];
    const toVip = { source: CLIENT_SIDE_ROUTER, destination: stage.vip };
    const errors = replies.map((reply) =>
      errorQuoting(toVip, { type: UNREACHABLE, code: 4, rest: 1300 }, reply),
    );
    // An ACK alone opens no connection: that it is forwarded shows that there is one.
    await send(stage, stage.client, [...errors, flow.segment()]);
    return errors.length;
  },
  check: (seen, sent) => {
    const errors = seen.fromClients.filter(isOf(ICMP));
    const wanted = seen.fromClients.map((packet) =>
      isOf(ICMP)(packet) ? errorForServer(seen, packetIn(packet)) : forwardedRequest(seen, packetIn(packet)),
    );
    return outcome(
      errors.length,
      `${counted(errors.length, 'error')} about replies of no connection, and a segment`,
      expectCount(errors, sent, 'errors that reach the director'),
      expectPackets(seen.toServers, wanted, { what: 'what the chosen server gets', ignore: OUTER_ID }),
      expectNothing(seen.toClients, 'An error or a segment of its connection was answered.'),
    );
  },
});

export const icmpFromClients: readonly PacketCase[] = [
  fromClientSide,
  unknownConnection,
  scheduled,
  wrongChecksum,
  lastHop,
];
