/**
 * Reads a packet as what it may be: undefined where it is something else, a piece of a datagram, or cut. Readers that
 * throw are for packets that must be what they are read as; these are for whatever comes.
 */
import { FrameError } from './bytes.ts';
import { type IcmpMessage, readIcmp } from './icmp.ts';
import { type Ipv4, isFragment } from './ipv4.ts';
import { ICMP, SCTP, TCP, UDP } from './protocol.ts';
import { readSctp, type SctpPacket } from './sctp.ts';
import { readTcp, type TcpSegment } from './tcp.ts';
import { readUdp, type UdpDatagram } from './udp.ts';

/** Of an IPv4 packet. */
const PROTOCOL_AT = 9;

export const tcpOf: (packet: Uint8Array) => TcpSegment | undefined = ifWhole(TCP, readTcp);
export const udpOf: (packet: Uint8Array) => UdpDatagram | undefined = ifWhole(UDP, readUdp);
export const icmpOf: (packet: Uint8Array) => IcmpMessage | undefined = ifWhole(ICMP, readIcmp);
export const sctpOf: (packet: Uint8Array) => SctpPacket | undefined = ifWhole(SCTP, readSctp);

function ifWhole<Read extends { readonly ip: Ipv4 }>(protocol: number, read: (packet: Uint8Array) => Read) {
  return (packet: Uint8Array): Read | undefined => {
    if (packet[PROTOCOL_AT] !== protocol) return undefined;
    try {
      const message = read(packet);
      return isFragment(message.ip) ? undefined : message;
    } catch (error) {
      if (error instanceof FrameError) return undefined;
      throw error;
    }
  };
}
