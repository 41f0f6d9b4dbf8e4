/**
 * Taps on every link of a lab, at the switch's end, read together, and sockets that send from its hosts. All of it lies in
 * this process: it enters each namespace only to open the sockets, which stay where they were opened.
 */
import { inNamespace, interfaceIndex } from '../../native/namespaces.ts';
import { ETH_P_NONE, openPacketSocket } from '../../native/packet-socket.ts';
import { close, send } from '../../native/sockets.ts';
import { LabError } from '../error.ts';
import { portOf } from './blueprint.ts';
import type { Lab } from './lab.ts';
import { NAMESPACES_DIRECTORY } from './processes.ts';
import { watchReadable } from './readable.ts';
import { Tap, type TappedFrame } from './tap.ts';

/** Answers to answers that are handed on in one go: two who answer each other for ever must not stop everything else. */
const MAX_ROUNDS = 100;

interface TappedPort {
  readonly tap: Tap;
  /** Sends, and receives nothing: the tap beside it then sees what was sent. */
  readonly sender: number;
}

export class Taps implements Disposable {
  /** Rejects when a frame could not be dealt with; never resolves. */
  readonly failed: Promise<never>;
  readonly #ports: ReadonlyMap<string, TappedPort>;
  readonly #onFrame: (frame: TappedFrame) => void;
  readonly #watching: Disposable;
  #isClosed = false;

  private constructor(ports: ReadonlyMap<string, TappedPort>, onFrame: (frame: TappedFrame) => void) {
    this.#ports = ports;
    this.#onFrame = onFrame;
    const { promise, reject } = Promise.withResolvers<never>();
    this.failed = promise;
    promise.catch(() => undefined);
    const descriptors = [...ports.values()].map(({ tap }) => tap.fd);
    this.#watching = watchReadable(descriptors, () => {
      try {
        this.drain();
      } catch (error) {
        this.#watching[Symbol.dispose]();
        reject(error);
      }
    });
  }

  /**
   * @param onFrame is given every frame on any interface, once for each interface that it passes, in the order of time.
   * @throws SystemCallError where a socket cannot be had.
   */
  static open(lab: Lab, onFrame: (frame: TappedFrame) => void): Taps {
    const ports = new Map<string, TappedPort>();
    const within = <Result>(namespace: string, open: () => Result): Result =>
      inNamespace(`${NAMESPACES_DIRECTORY}/${namespace}`, open);
    try {
      for (const host of lab.hosts) {
        for (const own of host.spec.interfaces) {
          const { name, mtu = 1500 } = own;
          const tap = within(lab.fabric, () => new Tap(host.name, name, mtu, portOf(host, own)));
          const sender = within(host.namespace, () => openPacketSocket(interfaceIndex(name), ETH_P_NONE));
          ports.set(keyOf(host.name, name), { sender, tap });
        }
      }
    } catch (error) {
      closeAll(ports);
      throw error;
    }
    return new Taps(ports, onFrame);
  }

  /** @throws SystemCallError if the kernel does not take the frame: EMSGSIZE where it is larger than the link. */
  send(host: string, port: string, frame: Uint8Array): void {
    const found = this.#isClosed ? undefined : this.#ports.get(keyOf(host, port));
    if (found === undefined) throw new LabError(`There is no interface ${port} of ${host} to send on.`);
    send(found.sender, frame);
  }

  /** Hands on what has been seen until now, and what that causes at once. */
  drain(): void {
    for (let round = 0; round < MAX_ROUNDS && !this.#isClosed; round++) {
      const frames = [...this.#ports.values()].flatMap(({ tap }) => tap.read());
      if (frames.length === 0) return;
      for (const frame of frames.sort(byTime)) this.#onFrame(frame);
    }
  }

  /** Interfaces where frames passed that were not seen: what was seen there proves nothing. */
  lost(): { readonly host: string; readonly port: string; readonly frames: number }[] {
    return [...this.#ports.values()]
      .map(({ tap }) => ({ host: tap.host, port: tap.port, frames: tap.lost() }))
      .filter(({ frames }) => frames > 0);
  }

  [Symbol.dispose](): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#watching[Symbol.dispose]();
    closeAll(this.#ports);
  }
}

const keyOf = (host: string, port: string) => `${host} ${port}`;

function byTime(a: TappedFrame, b: TappedFrame): number {
  return a.seconds - b.seconds || a.nanoseconds - b.nanoseconds;
}

function closeAll(ports: ReadonlyMap<string, TappedPort>): void {
  for (const { tap, sender } of ports.values()) {
    tap.close();
    close(sender);
  }
}
