/** One connection of a client with a virtual service, or its datagrams, as the captures of all hosts show it. */
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import type { IpLayer } from '../../../lab/captures/ip-layer.ts';
import { ACK, RST, SYN, TCP } from '../../../lab/frames/index.ts';
import type { SiteService } from '../site.ts';

/** What one host’s captures show of it, by the form that packets have. In the order of the captures. */
export interface Leg {
  readonly host: string;
  /** From the client to the VIP. */
  readonly asked: DecodedPacket[];
  /** From the client to a real server’s address (NAT), or to the VIP within a tunnel packet to it (TUN). */
  readonly forwarded: DecodedPacket[];
  /** From a real server’s own address to the client. */
  readonly returned: DecodedPacket[];
  /** From the VIP to the client. */
  readonly answered: DecodedPacket[];
}

export interface Flow {
  /** The client’s address as a signed 32-bit integer. */
  readonly client: number;
  readonly clientPort: number;
  /** The port of the VIP. */
  readonly port: number;
  readonly service: SiteService;
  /** By host. */
  readonly legs: ReadonlyMap<string, Leg>;
}

export function emptyLeg(host: string): Leg {
  return { host, asked: [], forwarded: [], returned: [], answered: [] };
}

export function legsOf(flow: Flow): Leg[] {
  return [...flow.legs.values()];
}

export function flagsOf({ payload }: DecodedPacket): number {
  return payload?.tcpFlags ?? 0;
}

export function isTcp(flow: Flow): boolean {
  return flow.service.protocol === TCP;
}

/** A segment that opens a connection. */
export function isOpening(packet: DecodedPacket): boolean {
  return (flagsOf(packet) & (SYN | ACK)) === SYN;
}

export function isReset(packet: DecodedPacket): boolean {
  return (flagsOf(packet) & RST) !== 0;
}

/** Whether the client acknowledged something that a server sent: then replies reach it, whoever saw them. */
export function hasProgress(flow: Flow): boolean {
  return legsOf(flow).some(({ asked, forwarded }) => [...asked, ...forwarded].some(acknowledges));
}

function acknowledges(packet: DecodedPacket): boolean {
  return (flagsOf(packet) & (ACK | SYN | RST)) === ACK;
}

/** Whether a server’s reply was seen, of the kind that is no refusal. */
export function isReply(packet: DecodedPacket): boolean {
  return !isReset(packet);
}

/** `10.0.1.2:40000`’s packets belong to it: the two ends as a key. */
export function flowKey(client: number, clientPort: number, protocol: number, port: number): string {
  return `${client} ${clientPort} ${protocol} ${port}`;
}

/** The packet that the conversation is about, of one that has such a packet. */
export function saidIn({ payload }: DecodedPacket): IpLayer {
  return payload as IpLayer;
}
