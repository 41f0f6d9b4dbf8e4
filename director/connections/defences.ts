/**
 * The defences of a director under attack: `drop_entry`, `drop_packet` and `secure_tcp`. Each has four modes: 0 off, 3 on,
 * and 1 and 2 automatic: 2 while memory is short, 1 otherwise. They are looked at every second and when they are set.
 */
import type { Settings } from '../settings.ts';

const DEFENCES = ['drop_entry', 'drop_packet', 'secure_tcp'] as const satisfies (keyof Settings)[];
const MODE = { waiting: 1, active: 2, on: 3 } as const;
const PERIOD_MS = 1_000;
/** The table is short of room with less than this part of `conn_max` left. */
const ROOM_FRACTION = 8;

export interface DefenceOptions {
  readonly settings: Settings;
  /** Free memory of the machine, in pages of 4 KiB. Asked only while a mode is automatic. */
  readonly freePages: () => number;
  /** Entries of the connection table. */
  readonly entries: () => number;
}

export class Defences {
  readonly #options: DefenceOptions;
  #dueMs = 0;
  /** Of packets that would open a connection, one in so many is dropped while the defence is automatic. */
  #rate = 0;
  /** Packets until the next one is dropped. */
  #left = 0;

  constructor(options: DefenceOptions) {
    this.#options = options;
  }

  /** True while half-open and idle connections are dropped at random. */
  get dropsEntries(): boolean {
    return this.#options.settings.drop_entry >= MODE.active;
  }

  /** True while TCP is followed by the stricter tables. */
  get followsTcpStrictly(): boolean {
    return this.#options.settings.secure_tcp >= MODE.active;
  }

  /** Counts a packet that would open a connection; true if it is to be dropped: the first one, and then every so many. */
  dropsPacket(): boolean {
    const { drop_packet: mode, am_droprate } = this.#options.settings;
    if (mode < MODE.active) return false;
    const rate = mode === MODE.on ? am_droprate : this.#rate;
    if (rate === 0) return false;
    this.#left--;
    if (this.#left > 0) return false;
    this.#left = rate;
    return true;
  }

  tick(nowMs: number): void {
    if (nowMs < this.#dueMs) return;
    this.#dueMs = nowMs + PERIOD_MS;
    this.review();
  }

  /** Turns what is automatic on or off. To be called when a setting has changed. */
  review(): void {
    const { settings } = this.#options;
    if (!DEFENCES.some((name) => isAutomatic(settings[name]))) return;
    const rate = this.#shortage();
    this.#rate = rate;
    if (isAutomatic(settings.drop_packet)) this.#left = rate;
    for (const name of DEFENCES) {
      if (isAutomatic(settings[name])) settings[name] = rate > 0 ? MODE.active : MODE.waiting;
    }
  }

  /** 0 if there is enough memory, and room in the table; otherwise the rate that `drop_packet` has then: 1 where all is used. */
  #shortage(): number {
    const { settings, freePages, entries } = this.#options;
    const { amemthresh, conn_max } = settings;
    const rates = [
      rateOf(freePages(), amemthresh),
      rateOf(Math.max(0, conn_max - entries()), Math.floor(conn_max / ROOM_FRACTION)),
    ].filter((rate) => rate > 0);
    return rates.length === 0 ? 0 : Math.min(...rates);
  }
}

function isAutomatic(mode: number): boolean {
  return mode === MODE.waiting || mode === MODE.active;
}

/** As the kernel counts it: the less is left below a threshold, the more often. */
function rateOf(left: number, threshold: number): number {
  return left < threshold ? Math.floor(threshold / (threshold - left)) : 0;
}
