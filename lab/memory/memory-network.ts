/** A topology in memory: segments that carry frames under a virtual clock, and captures of every interface. */
import { BROADCAST_MAC, macText } from '../frames/index.ts';
import type { Interface, Topology } from '../topology.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** A machine that can be plugged in. */
export interface MemoryHost {
  /** A frame comes in at one of its interfaces. Its bytes are others’ too: to be read only. */
  receive(port: string, frame: Uint8Array): void;
}

export interface CapturedFrame {
  /** On the virtual clock. */
  readonly timeMs: number;
  readonly direction: 'sent' | 'received';
  readonly frame: Uint8Array;
}

/** All that an interface sent or was brought, in order of time. */
export interface InterfaceCapture {
  readonly host: string;
  readonly interface: string;
  readonly frames: readonly CapturedFrame[];
}

/** From interface to interface. */
const WIRE_MS = 0.05;
const ETHERNET_HEADER_BYTES = 14;
const DEFAULT_MTU_BYTES = 1500;

interface Socket extends InterfaceCapture {
  readonly frames: CapturedFrame[];
  readonly spec: Interface;
  mac: string;
  mtuBytes: number;
  machine: MemoryHost | undefined;
}

export class MemoryNetwork {
  readonly #clock: VirtualClock;
  readonly #sockets: readonly Socket[];

  constructor(topology: Topology, clock: VirtualClock) {
    this.#clock = clock;
    this.#sockets = topology.hosts.flatMap((host) =>
      host.interfaces.map((spec) => ({
        host: host.name,
        interface: spec.name,
        frames: [],
        spec,
        mac: spec.mac,
        mtuBytes: spec.mtu ?? DEFAULT_MTU_BYTES,
        machine: undefined,
      })),
    );
  }

  get captures(): readonly InterfaceCapture[] {
    return this.#sockets.map(({ host, interface: name, frames }) => ({ host, interface: name, frames }));
  }

  /** Connects a host’s machine: what it is brought goes to `receive`, and what it sends is to be given to `send`. */
  plug(host: string, machine: MemoryHost): void {
    for (const socket of this.#sockets) if (socket.host === host) socket.machine = machine;
  }

  setMtu(host: string, port: string, bytes: number): void {
    this.#socket(host, port).mtuBytes = bytes;
  }

  setMac(host: string, port: string, mac: string): void {
    this.#socket(host, port).mac = mac;
  }

  /**
   * Brings a frame to whom it is addressed on the segment, or to everybody. One that is larger than an interface’s MTU
   * leaves or enters no interface. The bytes must not be changed afterwards.
   */
  send(host: string, port: string, frame: Uint8Array): void {
    const from = this.#socket(host, port);
    if (!fits(from, frame)) return;
    from.frames.push({ timeMs: this.#clock.nowMs, direction: 'sent', frame });
    const destination = macText(frame, 0);
    for (const to of this.#sockets) {
      if (to === from || to.spec.switch !== from.spec.switch) continue;
      if (destination !== BROADCAST_MAC && destination !== to.mac) continue;
      this.#clock.after(WIRE_MS, () => this.#arrive(to, frame));
    }
  }

  #arrive(to: Socket, frame: Uint8Array): void {
    if (!fits(to, frame)) return;
    to.frames.push({ timeMs: this.#clock.nowMs, direction: 'received', frame });
    to.machine?.receive(to.interface, frame);
  }

  #socket(host: string, port: string): Socket {
    const found = this.#sockets.find((one) => one.host === host && one.interface === port);
    if (found === undefined) throw new Error(`${host} has no interface ${port}`);
    return found;
  }
}

function fits({ mtuBytes }: Socket, frame: Uint8Array): boolean {
  return frame.length <= ETHERNET_HEADER_BYTES + mtuBytes;
}
