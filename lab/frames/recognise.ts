/**
 * Reads a packet as what it may be: undefined where it is something else, a piece of a datagram, or cut. Readers that
 * throw are for packets that must be what they are read as; these are for whatever comes.
 */
import { FrameError } from './frame-error.ts';
import { type IcmpMessage, readIcmp } from './icmp.ts';
import { type Ipv4, isFragment } from './ipv4.ts';
import { readSctp, type SctpPacket } from './sctp.ts';
import { readTcp, type TcpSegment } from './tcp.ts';
import { readUdp, type UdpDatagram } from './udp.ts';

export const tcpOf: (packet: Uint8Array) => TcpSegment | undefined = ifWhole(readTcp);
export const udpOf: (packet: Uint8Array) => UdpDatagram | undefined = ifWhole(readUdp);
export const icmpOf: (packet: Uint8Array) => IcmpMessage | undefined = ifWhole(readIcmp);
export const sctpOf: (packet: Uint8Array) => SctpPacket | undefined = ifWhole(readSctp);

function ifWhole<Read extends { readonly ip: Ipv4 }>(read: (packet: Uint8Array) => Read) {
  return (packet: Uint8Array): Read | undefined => {
    try {
      const message = read(packet);
      return isFragment(message.ip) ? undefined : message;
    } catch (error) {
      if (error instanceof FrameError) return undefined;
      throw error;
    }
  };
}
