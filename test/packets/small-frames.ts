/** Frames of the small network, named by who sends them. */
import {
  type IpFields,
  icmpPacket,
  ipFrame,
  type TcpFields,
  tcpPacket,
  type UdpFields,
  udpPacket,
} from '../../lab/frames/index.ts';
import { CIP, MAC, RIP1, VIP } from './small-network.ts';

type Ip = Partial<IpFields>;

export const CLIENT_TO_VIP = { sourcePort: 4000, destinationPort: 80 } as const;
export const SERVER_TO_CLIENT = { sourcePort: 8080, destinationPort: 4000 } as const;

/** What the client sends, as it reaches the director. */
export const fromClient = {
  tcp: (fields: Partial<TcpFields> & { flags: number }, ip: Ip = {}) =>
    toDirector(tcpPacket({ source: CIP, destination: VIP, ...ip }, { ...CLIENT_TO_VIP, ...fields })),
  udp: (fields: Partial<UdpFields> = {}, ip: Ip = {}) =>
    toDirector(udpPacket({ source: CIP, destination: VIP, ...ip }, { ...CLIENT_TO_VIP, ...fields })),
  icmp: (type: number, code: number, quoted: Uint8Array, ip: Ip = {}, rest = 0) =>
    toDirector(icmpPacket({ source: CIP, destination: VIP, ...ip }, { type, code, rest, body: quoted })),
  ip: toDirector,
};

/** What real server 1 sends to the client, as it reaches the director. */
export const fromServer = {
  tcp: (fields: Partial<TcpFields> & { flags: number }, ip: Ip = {}) =>
    fromRip(tcpPacket({ source: RIP1, destination: CIP, ...ip }, { ...SERVER_TO_CLIENT, ...fields })),
  udp: (fields: Partial<UdpFields> = {}, ip: Ip = {}) =>
    fromRip(udpPacket({ source: RIP1, destination: CIP, ...ip }, { ...SERVER_TO_CLIENT, ...fields })),
  icmp: (type: number, code: number, quoted: Uint8Array, ip: Ip = {}, rest = 0) =>
    fromRip(icmpPacket({ source: RIP1, destination: CIP, ...ip }, { type, code, rest, body: quoted })),
  ip: fromRip,
};

export function toClient(ip: Uint8Array): Uint8Array {
  return ipFrame(MAC.directorClient, MAC.client, ip);
}

export function toServer(ip: Uint8Array, server: string = MAC.server1): Uint8Array {
  return ipFrame(MAC.directorServer, server, ip);
}

/** The IP packet in a frame. */
export function ipOf(whole: Uint8Array): Uint8Array {
  return whole.subarray(14);
}

function toDirector(ip: Uint8Array): Uint8Array {
  return ipFrame(MAC.client, MAC.directorClient, ip);
}

function fromRip(ip: Uint8Array): Uint8Array {
  return ipFrame(MAC.server1, MAC.directorServer, ip);
}
