/**
 * Frames out of a packet socket, many with one call of sendmmsg(2): where the kernel cannot make them itself. It reaches
 * about a third of that rate.
 */
import { addressOf } from '../../native/memory.ts';
import { inNamespace, interfaceIndex } from '../../native/namespaces.ts';
import { ETH_P_NONE, openPacketSocket } from '../../native/packet-socket.ts';
import { close, sendMessages } from '../../native/sockets.ts';
import { type Aim, FIRST_PORT, type FrameSource, frameOf } from './frame-source.ts';

/** `struct mmsghdr` and `struct iovec` on 64-bit machines. */
const MESSAGE_BYTES = 64;
const MESSAGE_VECTORS = 16;
const MESSAGE_VECTOR_COUNT = 24;
const VECTOR_BYTES = 16;

/** Frames that go out with one call. */
const BATCH = 64;

/** @throws SystemCallError where the socket cannot be had. */
export function socketFrames(aim: Aim): FrameSource {
  const fd = inNamespace(`/run/netns/${aim.namespace}`, () =>
    openPacketSocket(interfaceIndex(aim.interface), ETH_P_NONE),
  );
  const frames = Array.from({ length: aim.flows }, (_, flow) => Buffer.from(frameOf(aim, FIRST_PORT + flow)));
  const vectors = Buffer.alloc(frames.length * VECTOR_BYTES);
  const messages = Buffer.alloc(frames.length * MESSAGE_BYTES);
  for (const [i, frame] of frames.entries()) {
    vectors.writeBigUInt64LE(BigInt(addressOf(frame)), i * VECTOR_BYTES);
    vectors.writeBigUInt64LE(BigInt(frame.length), i * VECTOR_BYTES + 8);
    const vector = addressOf(vectors) + i * VECTOR_BYTES;
    messages.writeBigUInt64LE(BigInt(vector), i * MESSAGE_BYTES + MESSAGE_VECTORS);
    messages.writeBigUInt64LE(1n, i * MESSAGE_BYTES + MESSAGE_VECTOR_COUNT);
  }
  // Messages point at vectors and vectors at frames: all of them are kept as long as the source is.
  const kept = { frames, vectors, messages };
  let next = 0;
  return {
    method: 'packet socket (sendmmsg)',
    send(count) {
      let sent = 0;
      for (let left = count; left > 0; ) {
        const many = Math.min(BATCH, left, kept.frames.length - next);
        sent += Math.max(0, sendMessages(fd, addressOf(kept.messages) + next * MESSAGE_BYTES, many));
        next = (next + many) % kept.frames.length;
        left -= many;
      }
      return sent;
    },
    close: () => close(fd),
  };
}
