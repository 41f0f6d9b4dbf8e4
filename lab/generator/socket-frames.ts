/**
 * Frames out of a packet socket, many with one call of sendmmsg(2): where the kernel cannot make them itself. It reaches
 * about a third of that rate.
 */
import { inNamespace, interfaceIndex } from '../../native/namespaces.ts';
import { ETH_P_NONE, openPacketSocket } from '../../native/packet-socket.ts';
import { close } from '../../native/sockets.ts';
import { LabError } from '../error.ts';
import { FrameBatch } from './frame-batch.ts';
import { type Aim, FIRST_PORT, type FrameSource, frameOf, PORTS_OF_A_SOURCE } from './frame-source.ts';

/** Frames that go out with one call. */
const BATCH = 64;

/** @throws SystemCallError where the socket cannot be had; LabError for more flows than one address has. */
export function socketFrames(aim: Aim): FrameSource {
  if (aim.flows > PORTS_OF_A_SOURCE) {
    throw new LabError(
      `A packet socket sends frames of at most ${PORTS_OF_A_SOURCE} flows, and ${aim.flows} are asked for. More take a kernel that makes them itself (Linux 5.18 or newer).`,
    );
  }
  const fd = inNamespace(`/run/netns/${aim.namespace}`, () =>
    openPacketSocket(interfaceIndex(aim.interface), ETH_P_NONE),
  );
  const batch = new FrameBatch(
    Array.from({ length: aim.flows }, (_, flow) => Buffer.from(frameOf(aim, FIRST_PORT + flow))),
  );
  let next = 0;
  return {
    method: 'packet socket (sendmmsg)',
    send(count) {
      let sent = 0;
      for (let left = count; left > 0; ) {
        const many = Math.min(BATCH, left, batch.frames.length - next);
        sent += batch.send(fd, next, many);
        next = (next + many) % batch.frames.length;
        left -= many;
      }
      return sent;
    },
    close: () => close(fd),
  };
}
