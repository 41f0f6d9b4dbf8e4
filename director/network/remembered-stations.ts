/** Who had which address when another director was there: believed for a while, and confirmed where it is needed. */
import { formatMac, type Ipv4Address, type MacAddress, mac } from '../wire/addresses.ts';
import { REACHABLE_MS } from './neighbour.ts';

/** A station as plain data: index of the port, address, MAC address. */
export type StationImage = readonly [port: number, address: Ipv4Address, mac: string];

export class RememberedStations {
  readonly images: readonly StationImage[];
  readonly #macs: ReadonlyMap<string, MacAddress>;
  readonly #untilMs: number;

  constructor(images: readonly StationImage[], nowMs: number) {
    this.images = images;
    this.#macs = new Map(images.map(([port, address, text]) => [`${port} ${address}`, mac(text)]));
    this.#untilMs = nowMs + REACHABLE_MS;
  }

  isTooOld(nowMs: number): boolean {
    return nowMs > this.#untilMs;
  }

  find(port: number, address: Ipv4Address): MacAddress | undefined {
    return this.#macs.get(`${port} ${address}`);
  }
}

export function stationImage(port: number, address: Ipv4Address, station: Uint8Array): StationImage {
  return [port, address, formatMac(station)];
}
