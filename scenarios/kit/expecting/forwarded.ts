/** Compares what the director forwarded with what it received: every packet, to the byte, in the right frame. */
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { get16, ipText } from '../../../lab/frames/index.ts';
import { MODES } from '../../../lab/modes.ts';
import type { Finding } from '../finding.ts';
import { findingAbout } from '../finding.ts';
import type { Seen } from '../packet-case.ts';
import { SERVICE_PORT, serverEndpoint } from '../standard-service.ts';
import { expectCount, expectPackets } from './expect.ts';
import { type FrameEnds, towardsClient, towardsServer } from './next-hop.ts';
import { type Encapsulation, oneHopOn, tunnelled, withDestination, withSource } from './rewritten-packet.ts';

/** The IPv4 packet in a captured frame, whatever follows it in the frame left out. */
export function packetIn({ bytes }: DecodedPacket): Uint8Array {
  const packet = bytes.subarray(ETHERNET_BYTES);
  return packet.subarray(0, get16(packet, 2));
}

const ETHERNET_BYTES = 14;

/** Tells packets of one IP protocol, the outer one of a tunnel packet. */
export function isOf(protocol: number): (packet: DecodedPacket) => boolean {
  return (packet) => packetIn(packet)[9] === protocol;
}

/** Packets that the director sent towards one of the servers. */
export function onTheWayTo(seen: Seen, server: number): readonly DecodedPacket[] {
  const { rewritesAddresses, encapsulates } = MODES[seen.mode];
  if (!rewritesAddresses && !encapsulates) {
    const { destination } = towardsServer(seen, `rs${server}`);
    return seen.toServers.filter(({ destinationMac }) => destinationMac === destination);
  }
  const { address } = serverEndpoint(seen, server);
  return seen.toServers.filter((packet) => ipText(packetIn(packet), 16) === address);
}

interface RequestTarget {
  /** Number of the real server. */
  readonly server?: number;
  readonly encapsulation?: Encapsulation;
}

/** Where a packet is forwarded: a stage, or what was seen on it. */
export type NetworkView = Pick<Seen, 'mode' | 'topology' | 'dip'>;

/** What the director should make of a request: in NAT another destination, in TUN the packet inside another, in DR nothing. */
export function forwardedRequest(
  seen: NetworkView,
  request: Uint8Array,
  target: RequestTarget = {},
): Uint8Array {
  const packet = oneHopOn(request);
  const server = serverEndpoint(seen, target.server);
  const rewritten = () => withDestination(packet, server);
  return forwardedTo(seen, packet, server.address, rewritten, target.encapsulation);
}

/** A packet on its way to a server: rewritten where the mode does that, inside another one in a tunnel, or as it is. */
export function forwardedTo(
  seen: NetworkView,
  packet: Uint8Array,
  address: string,
  rewritten: () => Uint8Array,
  encapsulation?: Encapsulation,
): Uint8Array {
  const { rewritesAddresses, encapsulates } = MODES[seen.mode];
  if (rewritesAddresses) return rewritten();
  return encapsulates ? tunnelled(packet, { source: seen.dip, destination: address }, encapsulation) : packet;
}

/** The kernel counts it up; see `outer/identification` for what is asked of it. */
export const OUTER_ID = ['outer IP identification'];

/** Every request that reached the director, and as many as were sent, goes on to the server as it should. */
export function expectRequests(seen: Seen, sent: number, target: RequestTarget = {}): Finding[] {
  const name = `rs${target.server ?? 1}`;
  const wanted = seen.fromClients.map((packet) => forwardedRequest(seen, packetIn(packet), target));
  return [
    ...expectCount(seen.fromClients, sent, 'requests that reach the director'),
    ...expectPackets(seen.toServers, wanted, { what: `the request on its way to ${name}`, ignore: OUTER_ID }),
    ...expectFrames(seen.toServers, towardsServer(seen, name), `The frame does not lead to ${name}.`),
  ];
}

/** Every reply of rs1 that reached the director under NAT, and as many as were sent, goes on to the client from the VIP. */
export function expectReplies(seen: Seen, sent: number): Finding[] {
  const wanted = seen.fromServers.map((packet) =>
    withSource(oneHopOn(packetIn(packet)), { address: seen.vip, port: SERVICE_PORT }),
  );
  return [
    ...expectCount(seen.fromServers, sent, 'replies that reach the director'),
    ...expectPackets(seen.toClients, wanted, { what: 'the reply on its way to the client' }),
    ...expectFrames(seen.toClients, towardsClient(seen), 'The frame does not lead to the client.'),
  ];
}

/** The kernel numbers what it sends of its own as it likes. */
export const OWN_ID = ['IP identification'];

/** ICMP errors that the director sends to clients: these and no others, in the frames that lead there. */
export function expectErrors(seen: Seen, wanted: readonly Uint8Array[], what: string): Finding[] {
  return [
    ...expectPackets(seen.toClients, wanted, { what, ignore: OWN_ID }),
    ...expectFrames(seen.toClients, towardsClient(seen), 'The frame does not lead to the client.'),
  ];
}

/** All these frames go from one MAC address to one other. */
export function expectFrames(
  packets: readonly DecodedPacket[],
  { source, destination }: FrameEnds,
  sentence: string,
): Finding[] {
  return packets
    .filter((packet) => packet.sourceMac !== source || packet.destinationMac !== destination)
    .map((packet) =>
      findingAbout(packet, sentence, [
        { field: 'source MAC', expected: source, seen: packet.sourceMac },
        { field: 'destination MAC', expected: destination, seen: packet.destinationMac },
      ]),
    );
}
