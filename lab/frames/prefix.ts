/** A block of IPv4 addresses, such as `10.0.1.0/24`. */
import { ipNumber } from './address.ts';

export class Prefix {
  readonly length: number;
  readonly #network: number;
  readonly #size: number;

  /** @param text An address with a prefix length; `default` is every address. */
  constructor(text: string) {
    const [address = '', length = '32'] = text === 'default' ? ['0.0.0.0', '0'] : text.split('/');
    this.length = Number(length);
    this.#size = 2 ** (32 - this.length);
    this.#network = Math.floor(ipNumber(address) / this.#size);
  }

  holds(address: string): boolean {
    return Math.floor(ipNumber(address) / this.#size) === this.#network;
  }
}
