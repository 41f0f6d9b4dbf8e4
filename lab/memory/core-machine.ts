/** The director’s core with a place for its frames to lie in: a frame goes in and what it causes comes out. */
import {
  Core,
  type DirectorOptions,
  type FrameVerdict,
  HEADROOM_BYTES,
  type NetworkSnapshot,
  Packet,
  seededRandom,
  VERDICT,
} from '../../director/index.ts';

export interface Handled {
  readonly verdict: FrameVerdict;
  /** What the machine's own stack has or is given: the frame itself, or a datagram put together from fragments. */
  readonly handed: Uint8Array | undefined;
}

export interface CoreLimits {
  /** As `DirectorOptions.schedulers`. */
  readonly schedulers?: DirectorOptions['schedulers'];
  /** As `DirectorOptions.icmpRateLimitMs`. */
  readonly icmpRateLimitMs?: number | undefined;
  /** 4096 unless given. */
  readonly maxConnections?: number | undefined;
}

export interface CoreMachineOptions extends CoreLimits {
  readonly network: NetworkSnapshot;
  /** Takes the frames that the core sends; they are not changed afterwards. */
  readonly send: (port: number, frame: Uint8Array) => void;
  /** The same random numbers each time unless given. */
  readonly seed?: number | undefined;
}

const DEFAULT_CONNECTIONS = 4096;
const DEFAULT_SEED = 0x2545f491;
/** What lies in buffers before frames do: it must never show. */
const STALE = 0xa5;

/** One for all: a frame has been dealt with before the next one is put here. */
const buffer = new Uint8Array(HEADROOM_BYTES + 70_000);

export class CoreMachine {
  readonly core: Core;
  readonly #send: (port: number, frame: Uint8Array) => void;
  readonly #packet = new Packet();

  constructor({ network, send, seed, schedulers, icmpRateLimitMs, maxConnections }: CoreMachineOptions) {
    this.#send = send;
    this.core = new Core({
      maxConnections: maxConnections ?? DEFAULT_CONNECTIONS,
      icmpRateLimitMs,
      schedulers,
      sink: { send: (port, bytes, frame, length) => send(port, bytes.slice(frame, frame + length)) },
      random: seededRandom(seed ?? DEFAULT_SEED),
    });
    this.core.setNetwork(network);
  }

  /** One frame comes in; all that it causes has been sent when this returns. */
  receive(port: number, frame: Uint8Array, nowMs: number): Handled {
    buffer.fill(STALE, 0, HEADROOM_BYTES + frame.length + HEADROOM_BYTES);
    buffer.set(frame, HEADROOM_BYTES);
    const packet = this.#packet;
    packet.set(buffer, HEADROOM_BYTES, frame.length, port);
    const verdict = this.core.receive(packet, nowMs);
    const left = () => packet.bytes.slice(packet.frame, packet.frame + packet.length);
    if (verdict === VERDICT.transmit) this.#send(packet.port, left());
    const isHanded = verdict === VERDICT.pass || verdict === VERDICT.deliver;
    return { verdict, handed: isHanded ? left() : undefined };
  }
}
