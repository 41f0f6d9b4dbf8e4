/** Frames from the clients and real servers of the recordings' network, as they reach the director. */
import { flagBits, ipFrame, PSH, tcpPacket, udpPacket } from '../../lab/frames/index.ts';
import { CLIENT_ROUTER, CLIENT_SIDE_MAC, macOf, SERVER_SIDE_MAC } from './network.ts';

/** An address in dotted form, and a port. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

const FIRST_SEQUENCE_NUMBER = 100;
const WINDOW = 64_240;
const DATA_BYTES = 5;
const IP_AND_UDP_BYTES = 28;

/** @param flags Letters such as `SA`, `N` for none. A segment with PSH carries data. */
export function tcpFromClient(client: Endpoint, virtual: Endpoint, flags: string): Uint8Array {
  return fromClient(tcp(client, virtual, flags));
}

/** @param flags As for `tcpFromClient`. */
export function tcpFromServer(server: Endpoint, client: Endpoint, flags: string): Uint8Array {
  return fromServer(server, tcp(server, client, flags));
}

/** @param ipBytes Length of the IP datagram, header included. */
export function udpFromClient(client: Endpoint, virtual: Endpoint, ipBytes?: number): Uint8Array {
  return fromClient(udp(client, virtual, ipBytes));
}

/** @param ipBytes Length of the IP datagram, header included. */
export function udpFromServer(server: Endpoint, client: Endpoint, ipBytes?: number): Uint8Array {
  return fromServer(server, udp(server, client, ipBytes));
}

/** The frame in which an IP packet of a client reaches the director. */
export function fromClient(packet: Uint8Array): Uint8Array {
  return ipFrame(macOf(CLIENT_ROUTER), CLIENT_SIDE_MAC, packet);
}

function fromServer({ address }: Endpoint, packet: Uint8Array): Uint8Array {
  return ipFrame(macOf(address), SERVER_SIDE_MAC, packet);
}

function tcp(source: Endpoint, destination: Endpoint, letters: string): Uint8Array {
  const flags = flagBits(letters);
  return tcpPacket(addresses(source, destination), {
    ...ports(source, destination),
    flags,
    sequence: FIRST_SEQUENCE_NUMBER,
    acknowledgement: 0,
    window: WINDOW,
    payload: new Uint8Array(flags & PSH ? DATA_BYTES : 0),
  });
}

function udp(source: Endpoint, destination: Endpoint, ipBytes = IP_AND_UDP_BYTES + DATA_BYTES): Uint8Array {
  const payload = new Uint8Array(ipBytes - IP_AND_UDP_BYTES);
  return udpPacket(addresses(source, destination), { ...ports(source, destination), payload });
}

function addresses(source: Endpoint, destination: Endpoint) {
  return { source: source.address, destination: destination.address };
}

function ports(source: Endpoint, destination: Endpoint) {
  return { sourcePort: source.port, destinationPort: destination.port };
}
