/** TCP flags written as letters: `SA` is SYN and ACK, `N` is none. */
import { ACK, FIN, PSH, RST, SYN } from './tcp.ts';

const BITS: Readonly<Record<string, number>> = { S: SYN, A: ACK, F: FIN, R: RST, P: PSH, N: 0 };

export function flagBits(letters: string): number {
  let bits = 0;
  for (const letter of letters) {
    const bit = BITS[letter];
    if (bit === undefined) throw new RangeError(`there is no TCP flag "${letter}"; there are S A F R P N`);
    bits |= bit;
  }
  return bits;
}
