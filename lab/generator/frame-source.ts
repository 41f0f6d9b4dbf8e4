/** Generated frames: where they come from and go to, what they look like, and what sends them. */
import { ipFrame, udpPacket } from '../frames/index.ts';

export interface Aim {
  /** The switch's end of the link whose host the frames are to come from. */
  readonly port: string;
  /** That host's namespace and interface. */
  readonly namespace: string;
  readonly interface: string;
  readonly sourceMac: string;
  readonly destinationMac: string;
  readonly source: string;
  readonly destination: string;
  readonly destinationPort: number;
  /** Frame length as Ethernet counts it, its check sequence (4 bytes) included: 64 to 1518. */
  readonly frameBytes: number;
  /** So many source ports, from `FIRST_PORT` on, and then the next addresses: each is a flow. */
  readonly flows: number;
  /** Whether each flow has a frame before one has the next, instead of any at random. */
  readonly isInTurn?: boolean;
  /** The switch's end of the link that frames are put onto, past the switch, as if by a driver. */
  readonly link?: string;
}

export const FIRST_PORT = 16_384;
/** Flows that differ in nothing but their port; those beyond have another address. */
export const PORTS_OF_A_SOURCE = 1 << 15;

const HEADERS_BYTES = 14 + 20 + 8;
const CHECK_SEQUENCE_BYTES = 4;

/** The frame of a flow, without the check sequence, which virtual links do not carry. Its payload is zeros. */
export function frameOf(aim: Aim, sourcePort: number): Uint8Array {
  const { sourceMac, destinationMac, source, destination, destinationPort, frameBytes } = aim;
  const payload = new Uint8Array(frameBytes - CHECK_SEQUENCE_BYTES - HEADERS_BYTES);
  const ip = { source, destination, dontFragment: true };
  return ipFrame(sourceMac, destinationMac, udpPacket(ip, { sourcePort, destinationPort, payload }));
}

/** Something that sends frames at one aim, many with one call. */
export interface FrameSource {
  /** How the frames are made, in words. */
  readonly method: string;
  /** Sends `count` frames. Returns how many surely went. */
  send(count: number): number;
  close(): void;
}
