/** Whose MAC address is whose, as a capture shows it, for a director that asks by ARP. */
import { formatAddress } from '../../../lab/captures/format.ts';
import type { DecodedCapture } from '../../../lab/captures/read-capture.ts';

import { macOf } from '../network.ts';

export class CapturedStations {
  readonly #known = new Map<string, string>();
  /** Addresses that were asked for and that the capture does not show. */
  readonly unknown = new Set<string>();

  /** @param ownMacs The director's. */
  learn({ packets }: DecodedCapture, ownMacs: ReadonlySet<string>): void {
    for (const { ip, arp, sourceMac, destinationMac } of packets) {
      const isOwn = ownMacs.has(sourceMac);
      if (arp !== undefined && !isOwn) this.#known.set(formatAddress(arp.senderIp), sourceMac);
      if (ip === undefined) continue;
      // What a router forwards carries its MAC, and that is the way back.
      const [address, station] = isOwn ? [ip.destination, destinationMac] : [ip.source, sourceMac];
      const text = formatAddress(address);
      if (!this.#known.has(text)) this.#known.set(text, station);
    }
  }

  /** Whom the capture does not show has a MAC that is made up: 02:00 and the four bytes of the address. */
  get(address: string): string {
    const known = this.#known.get(address);
    if (known !== undefined) return known;
    this.unknown.add(address);
    return macOf(address);
  }
}
