/** Who has which address on a station’s links (RFC 826). Packets wait while nobody has answered yet. */
import type { Link } from './links.ts';
import type { StationTime } from './station.ts';

const ASK_INTERVAL_MS = 1000;
const QUESTIONS = 3;

interface Waiting {
  readonly packets: Uint8Array[];
  asked: number;
  timer: { cancel(): void };
}

export interface NeighbourEvents {
  /** Asks everybody on the link; `packet` is what waits. */
  ask(link: Link, address: string, packet: Uint8Array): void;
  release(link: Link, mac: string, packet: Uint8Array): void;
  /** Nobody answered. */
  unreachable(packet: Uint8Array): void;
}

export class Neighbours {
  readonly #macs = new Map<string, string>();
  readonly #waiting = new Map<string, Waiting>();
  readonly #time: StationTime;
  readonly #events: NeighbourEvents;

  constructor(time: StationTime, events: NeighbourEvents) {
    this.#time = time;
    this.#events = events;
  }

  /** Releases the packet when the neighbour’s MAC address is known: at once, after an answer, or never. */
  send(link: Link, address: string, packet: Uint8Array): void {
    const key = keyOf(link, address);
    const mac = this.#macs.get(key);
    if (mac !== undefined) {
      this.#events.release(link, mac, packet);
      return;
    }
    const waiting = this.#waiting.get(key);
    if (waiting !== undefined) {
      waiting.packets.push(packet);
      return;
    }
    const first: Waiting = { packets: [packet], asked: 0, timer: { cancel: () => undefined } };
    this.#waiting.set(key, first);
    this.#ask(link, address, first);
  }

  learn(link: Link, address: string, mac: string): void {
    const key = keyOf(link, address);
    this.#macs.set(key, mac);
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return;
    this.#waiting.delete(key);
    waiting.timer.cancel();
    for (const packet of waiting.packets) this.#events.release(link, mac, packet);
  }

  #ask(link: Link, address: string, waiting: Waiting): void {
    waiting.asked++;
    waiting.timer = this.#time.after(ASK_INTERVAL_MS, () => {
      if (waiting.asked < QUESTIONS) {
        this.#ask(link, address, waiting);
        return;
      }
      this.#waiting.delete(keyOf(link, address));
      for (const packet of waiting.packets) this.#events.unreachable(packet);
    });
    this.#events.ask(link, address, waiting.packets[0] as Uint8Array);
  }
}

function keyOf(link: Link, address: string): string {
  return `${link.name} ${address}`;
}
