/**
 * A tap on one interface: a packet socket that sees every frame which goes in or out there, with the kernel's time. Works
 * without tcpdump, and as an ordinary user in a user namespace.
 */
import { mapSocket, memoryAt, reserve, unmap } from '../../native/memory.ts';
import { interfaceIndex } from '../../native/namespaces.ts';
import { ETH_P_ALL, openPacketSocket, SOL_PACKET } from '../../native/packet-socket.ts';
import { close, getSocketOption } from '../../native/sockets.ts';
import { makeRing, SLOT, SLOT_STATUS, slotBytesFor } from '../../native/tpacket.ts';
import { LabError } from '../error.ts';

const PACKET_STATISTICS = 6;
/** Type of a packet that goes out (packet(7)). */
const PACKET_OUTGOING = 4;
/** Frames that may wait to be read; with more, the tap counts what it lost. Of large frames fewer, as none come in thousands. */
const MOST_SLOTS = 2048;
const MOST_BYTES = 8 << 20;

export interface TappedFrame {
  readonly host: string;
  readonly port: string;
  /** Whether the host sent it; else it came in. */
  readonly outgoing: boolean;
  /** The kernel's clock: whole seconds since the epoch, and nanoseconds. */
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly bytes: Uint8Array;
}

export class Tap {
  readonly host: string;
  readonly port: string;
  readonly fd: number;
  readonly #isFarEnd: boolean;
  readonly #slotBytes: number;
  readonly #slots: number;
  readonly #address: number;
  readonly #view: DataView;
  readonly #statuses: Int32Array;
  #cursor = 0;
  #lost = 0;

  /**
   * Taps an interface of the network namespace that this thread is in.
   *
   * @param farEnd The interface at the other end of its link, if that is the one in this namespace: what is seen there does
   *   not depend on what the host does with its own, where what it hands back to itself may pass a second time.
   * @throws SystemCallError without CAP_NET_RAW there, or if there is no such interface.
   */
  constructor(host: string, port: string, mtuBytes: number, farEnd?: string) {
    this.host = host;
    this.port = port;
    this.#isFarEnd = farEnd !== undefined;
    this.#slotBytes = slotBytesFor(mtuBytes);
    this.#slots = Math.min(MOST_SLOTS, Math.floor(MOST_BYTES / this.#slotBytes));
    const bytes = this.#slotBytes * this.#slots;
    this.#address = reserve(bytes);
    try {
      this.fd = openPacketSocket(interfaceIndex(farEnd ?? port), ETH_P_ALL, (fd) => {
        makeRing(fd, this.#slotBytes, this.#slots);
        mapSocket(this.#address, bytes, fd);
      });
    } catch (error) {
      unmap(this.#address, bytes);
      throw error;
    }
    const memory = memoryAt(this.#address, bytes);
    this.#view = new DataView(memory);
    this.#statuses = new Int32Array(memory);
  }

  /** Everything that has been seen since the last call. */
  read(): TappedFrame[] {
    const frames: TappedFrame[] = [];
    for (;;) {
      const at = this.#cursor * this.#slotBytes;
      if ((Atomics.load(this.#statuses, at >> 2) & SLOT_STATUS.user) === 0) return frames;
      frames.push(this.#frame(at));
      Atomics.store(this.#statuses, at >> 2, SLOT_STATUS.kernel);
      this.#cursor = (this.#cursor + 1) % this.#slots;
    }
  }

  /** Frames that the kernel had no room for, so far. */
  lost(): number {
    // `struct tpacket_stats`: packets, then drops; the kernel begins anew after each question.
    const statistics = new Uint32Array(2);
    getSocketOption(this.fd, SOL_PACKET, PACKET_STATISTICS, new Uint8Array(statistics.buffer));
    this.#lost += statistics[1] as number;
    return this.#lost;
  }

  /** What was read stays; nothing can be read any more. */
  close(): void {
    close(this.fd);
    unmap(this.#address, this.#slotBytes * this.#slots);
  }

  /** @throws LabError where the slot holds only a part of it, or a checksum is still to be filled in. */
  #frame(at: number): TappedFrame {
    const word = (offset: number) => this.#view.getUint32(at + offset, true);
    const length = word(SLOT.length);
    const isOffloaded = (word(SLOT.status) & SLOT_STATUS.checksumNotReady) !== 0;
    if (word(SLOT.captured) < length || isOffloaded) {
      const what = `a frame of ${length} bytes${isOffloaded ? ' without its checksum' : ''}`;
      throw new LabError(
        `${this.host} ${this.port}: ${what} was seen, which no wire carries: offloads are on somewhere (ethtool -k).`,
      );
    }
    const frameAt = at + this.#view.getUint16(at + SLOT.frameAt, true);
    return {
      host: this.host,
      port: this.port,
      outgoing: (this.#view.getUint8(at + SLOT.packetType) === PACKET_OUTGOING) !== this.#isFarEnd,
      seconds: word(SLOT.seconds),
      nanoseconds: word(SLOT.nanoseconds),
      bytes: new Uint8Array(this.#view.buffer, frameAt, length).slice(),
    };
  }
}
