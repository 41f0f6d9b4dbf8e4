/** The defence `drop_packet`: of the packets that would open a connection, every so many are dropped. */
import type { Settings } from '../settings.ts';

/** Mode in which it is always on. The modes that watch the machine's memory never find it short here. */
const ALWAYS = 3;

export class PacketDropper {
  readonly #settings: Settings;
  /** Packets until the next one is dropped. */
  #left = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Counts a packet; true if it is to be dropped: the first one, and then every `am_droprate`th. */
  drops(): boolean {
    if (this.#settings.drop_packet !== ALWAYS || this.#settings.am_droprate === 0) return false;
    this.#left--;
    if (this.#left > 0) return false;
    this.#left = this.#settings.am_droprate;
    return true;
  }
}
