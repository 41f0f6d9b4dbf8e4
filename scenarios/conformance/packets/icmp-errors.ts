/** ICMP errors that are about packets of a connection: they find their way as the connection does. */
import type { DecodedPacket } from '../../../harness/captures/decoded-packet.ts';
import { expectCount, expectNothing, expectPackets, outcome } from '../../../harness/packets/expect.ts';
import { type PacketCase, packetCase } from '../../../harness/packets/packet-case.ts';
import type { Stage } from '../../../harness/packets/stage.ts';
import { ALL_MODES, article, kernel, rfc } from '../../../harness/requirement.ts';
import { ICMP, icmpPacket, pattern, tcpPacket, UNREACHABLE, udpPacket } from '../../../lab/frames/index.ts';
import { expectFrames, forwardedRequest, isOf, OUTER_ID, type Place, packetIn } from './expect-forwarded.ts';
import { Flow, send } from './flow.ts';
import {
  errorQuoting,
  HANDLED_ERRORS,
  OTHER_ERRORS,
  QUOTED_BYTES,
  readdressedError,
  withQuoted,
} from './icmp-messages.ts';
import { towardsClient, towardsServer } from './next-hop.ts';
import { oneHopOn, tunnelled } from './rewritten-packet.ts';
import { addService, SERVICE_PORT, serverEndpoint } from './service.ts';

const icmp = (what: string) => kernel(`ICMP errors: ${what}, §5.8`);

/** A router beyond the servers, and one beyond the clients: no other host has these addresses. */
const SERVER_SIDE_ROUTER = '192.0.2.33';
const CLIENT_SIDE_ROUTER = '192.0.2.44';

/** Long enough to be quoted by more than 548 bytes. */
const LONG = pattern(700);

/** Opens a TCP connection and a UDP flow with requests that are worth quoting. */
async function openLong(stage: Stage): Promise<{ flow: Flow; requests: Uint8Array[] }> {
  await addService(stage);
  const flow = new Flow(stage);
  await send(stage, stage.client, [flow.syn()]);
  const requests = flow.both({ id: 801, dontFragment: true }, LONG);
  await send(stage, stage.client, requests);
  return { flow, requests };
}

/** Each kind of error about each packet, quoted at each length. */
function errorsAbout(
  quoted: readonly Uint8Array[],
  kinds: typeof HANDLED_ERRORS,
  ends: { readonly source: string; readonly destination: string },
): Uint8Array[] {
  return quoted.flatMap((packet, i) =>
    kinds.map((kind, j) => errorQuoting(ends, kind, packet, QUOTED_BYTES[(i + j) % QUOTED_BYTES.length])),
  );
}

const fromServerSide = packetCase({
  name: 'icmp/from-server-side',
  title: 'Errors about a request reach the client as being about its own request',
  requirement:
    'A server, or a router behind the director, that complains of a request quotes it as NAT made it, CIP → RIP. The client is sent the error from the VIP, quoting CIP → VIP:8000, or it would not know what is meant; the quoted TCP or UDP checksum stays.',
  sources: [article('nat-reply'), rfc('792'), rfc('5508 §4.2'), icmp('towards the client')],
  modes: ['nat'],
  play: async (stage) => {
    const { flow, requests } = await openLong(stage);
    const quoted = requests.map((request) => forwardedRequest(stage, flow.arrived(request)));
    const errors = [stage.servers[0].address, SERVER_SIDE_ROUTER].flatMap((source) =>
      errorsAbout(quoted, HANDLED_ERRORS, { source, destination: flow.client }),
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
      `${seen.fromServers.length} errors about requests`,
      expectCount(seen.fromServers, errors.length, 'errors that reach the director'),
      expectPackets(seen.toClients, wanted, { what: 'the error on its way to the client' }),
      expectFrames(seen.toClients, towardsClient(seen), 'The frame does not lead to the client.'),
    );
  },
});

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
    ];
    const errors = [flow.client, CLIENT_SIDE_ROUTER].flatMap((source) =>
      errorsAbout(replies, HANDLED_ERRORS, { source, destination: stage.vip }),
    );
    await send(stage, stage.client, errors);
    return errors.length;
  },
  check: (seen, sent) => {
    const errors = seen.fromClients.filter(isOf(ICMP));
    const relayed = seen.toServers.filter(isIcmpInside);
    return outcome(
      errors.length,
      `${errors.length} errors about replies`,
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
function errorForServer(seen: Place, error: Uint8Array): Uint8Array {
  const server = serverEndpoint(seen);
  const packet = oneHopOn(error);
  if (seen.mode === 'nat') {
    return readdressedError(withQuoted(packet, 'source', server), { destination: server.address });
  }
  return seen.mode === 'dr' ? packet : tunnelled(packet, { source: seen.dip, destination: server.address });
}
const notHandled = packetCase({
  name: 'icmp/left-alone',
  title: 'Other errors from the servers’ side are simply routed',
  requirement:
    'Redirects, parameter problems, and errors that quote too little to hold ports are not rewritten: the director passes them on like any router, with one hop less, from whom they came.',
  sources: [rfc('1812 §5.2.7'), kernel('ICMP: redirect and parameter problem under NAT pass unchanged, §14')],
  modes: ['nat'],
  play: async (stage) => {
    const { flow, requests } = await openLong(stage);
    const quoted = requests.map((request) => forwardedRequest(stage, flow.arrived(request)));
    const ends = { source: SERVER_SIDE_ROUTER, destination: flow.client };
    const errors = [
      ...errorsAbout(quoted, OTHER_ERRORS, ends),
      ...quoted.map((packet) => errorQuoting(ends, { type: UNREACHABLE, code: 4, rest: 1300 }, packet, 20)),
    ];
    await send(stage, stage.servers[0], errors);
    return errors;
  },
  check: (seen, errors) =>
    outcome(
      seen.fromServers.length,
      `${seen.fromServers.length} messages that are not the director’s business`,
      expectPackets(seen.toClients, errors.map(oneHopOn), { what: 'the message, routed to the client' }),
    ),
});

const unknownConnection = packetCase({
  name: 'icmp/unknown-connection',
  title: 'Errors about unknown connections go to no server',
  requirement:
    'An error to the VIP that quotes a reply of no connection is left to the director’s own stack, which has nothing to do with it: no server is bothered, nobody is answered.',
  sources: [rfc('1122 §3.2.2'), icmp('unknown connection')],
  modes: ALL_MODES,
  play: async (stage) => {
    const { flow } = await openLong(stage);
    const ends = { source: stage.vip, destination: flow.client };
    const ports = { sourcePort: SERVICE_PORT, destinationPort: flow.clientPort + 1 };
    const replies = [tcpPacket(ends, { ...ports, flags: 0x10 }), udpPacket(ends, ports)];
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
      `${errors.length} errors about a connection that is not there`,
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
    const wanted = seen.mode === 'nat' ? [] : errors.map((error) => errorForServer(seen, packetIn(error)));
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
  title: 'Of errors that cannot go on nobody is told',
  requirement:
    'An error with TTL 1 is not forwarded, and no error is sent about it: errors about errors could go on for ever.',
  sources: [rfc('1812 §4.3.2.7'), icmp('towards the real server, TTL')],
  modes: ALL_MODES,
  play: async (stage) => {
    const { flow } = await openLong(stage);
    const ends = { source: stage.vip, destination: flow.client };
    const ports = { sourcePort: SERVICE_PORT, destinationPort: flow.clientPort };
    const replies = [tcpPacket(ends, { ...ports, flags: 0x10 }), udpPacket(ends, ports)];
    const ttl = stage.mode === 'nat' ? 1 : 2;
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
      `${errors.length} errors with TTL 1`,
      expectNothing(seen.toServers.filter(isIcmpInside), 'An error without a hop left was forwarded.'),
      expectNothing(seen.toClients, 'An error about an error was sent.'),
    );
  },
});

/** ICMP, in a tunnel or not. */
function isIcmpInside({ ip, inner }: DecodedPacket): boolean {
  return (inner ?? ip)?.protocol === ICMP;
}

export const icmpErrors: readonly PacketCase[] = [
  fromServerSide,
  fromClientSide,
  notHandled,
  unknownConnection,
  wrongChecksum,
  lastHop,
];
