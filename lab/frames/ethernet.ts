/** Ethernet frames (RFC 894). */
import { macBytes, macText } from './address.ts';
import { get16, join, needBytes, u16 } from './bytes.ts';

export const ETHERTYPE_IPV4 = 0x0800;
export const ETHERTYPE_ARP = 0x0806;

const HEADER_BYTES = 14;

export interface EthernetFrame {
  readonly source: string;
  readonly destination: string;
  readonly etherType: number;
  readonly payload: Uint8Array;
}

export function ethernetFrame({ source, destination, etherType, payload }: EthernetFrame): Uint8Array {
  return join(macBytes(destination), macBytes(source), u16(etherType), payload);
}

/** A frame with an IPv4 packet in it. */
export function ipFrame(source: string, destination: string, payload: Uint8Array): Uint8Array {
  return ethernetFrame({ source, destination, etherType: ETHERTYPE_IPV4, payload });
}

/** The EtherType of a frame, or undefined if it has no whole header. */
export function etherTypeOf(frame: Uint8Array): number | undefined {
  return frame.length < HEADER_BYTES ? undefined : get16(frame, 12);
}

/** @throws FrameError if there is no whole header. */
export function readEthernet(frame: Uint8Array): EthernetFrame {
  needBytes('an Ethernet header', frame, HEADER_BYTES);
  return {
    destination: macText(frame, 0),
    source: macText(frame, 6),
    etherType: get16(frame, 12),
    payload: frame.subarray(HEADER_BYTES),
  };
}
