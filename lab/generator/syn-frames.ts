/** A flood of SYNs: each from another address and port, as if from all over a network. From a packet socket, many with one call. */
import { seededRandom } from '../../director/index.ts';
import { interfaceIndex } from '../../native/namespaces.ts';
import { ETH_P_NONE, openPacketSocket } from '../../native/packet-socket.ts';
import { close } from '../../native/sockets.ts';
import { ipFrame, SYN, tcpPacket } from '../frames/index.ts';
import { FrameBatch } from './frame-batch.ts';
import type { FrameSource } from './frame-source.ts';

export interface SynAim {
  /** Of the host that this process runs on. */
  readonly interface: string;
  readonly sourceMac: string;
  readonly destinationMac: string;
  readonly destination: string;
  readonly destinationPort: number;
  readonly seed: number;
}

/** Where the SYNs come from: the network for benchmarks (RFC 2544), 131,072 addresses. */
export const FLOOD_NETWORK = '198.18.0.0/15';
const FIRST_ADDRESS = 0xc612_0000;
const ADDRESS_MASK = 0x0001_ffff;
/** Ports from 1024 on: services treat those below as special. */
const FIRST_PORT = 1024;
const PORTS = 65_536 - FIRST_PORT;

/** Offsets in the frame. */
const SOURCE = 14 + 12;
const IP_CHECKSUM = 14 + 10;
const SOURCE_PORT = 14 + 20;
const TCP_CHECKSUM = 14 + 20 + 16;

/** Frames that go out with one call. */
const BATCH = 64;

/** @throws SystemCallError where the socket cannot be had. */
export function synFrames(aim: SynAim): FrameSource {
  const fd = openPacketSocket(interfaceIndex(aim.interface), ETH_P_NONE);
  const { sourceMac, destinationMac, destination, destinationPort } = aim;
  const packet = tcpPacket(
    { source: '0.0.0.0', destination, dontFragment: true },
    { sourcePort: 0, destinationPort, flags: SYN },
  );
  const frame = ipFrame(sourceMac, destinationMac, packet);
  const views = Array.from({ length: BATCH }, () => new DataView(Uint8Array.from(frame).buffer));
  const batch = new FrameBatch(views.map(({ buffer }) => new Uint8Array(buffer)));
  const [bare] = views as [DataView];
  const ipSum = 0xffff - bare.getUint16(IP_CHECKSUM);
  const tcpSum = 0xffff - bare.getUint16(TCP_CHECKSUM);
  const random = seededRandom(aim.seed);
  return {
    method: 'packet socket (sendmmsg)',
    send(count) {
      let sent = 0;
      for (let left = count; left > 0; left -= BATCH) {
        const many = Math.min(BATCH, left);
        for (let i = 0; i < many; i++) address(views[i] as DataView);
        sent += batch.send(fd, 0, many);
      }
      return sent;
    },
    close: () => close(fd),
  };

  /** Gives a frame a sender, and right checksums. */
  function address(view: DataView): void {
    const source = (FIRST_ADDRESS | (random() & ADDRESS_MASK)) >>> 0;
    const port = FIRST_PORT + (random() % PORTS);
    const sum = (source >>> 16) + (source & 0xffff);
    view.setUint32(SOURCE, source);
    view.setUint16(SOURCE_PORT, port);
    view.setUint16(IP_CHECKSUM, 0xffff - folded(ipSum + sum));
    view.setUint16(TCP_CHECKSUM, 0xffff - folded(tcpSum + sum + port));
  }
}

function folded(sum: number): number {
  let left = sum;
  while (left > 0xffff) left = (left & 0xffff) + (left >>> 16);
  return left;
}
