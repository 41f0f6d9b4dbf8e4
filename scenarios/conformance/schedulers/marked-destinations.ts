/** Addresses that carry one firewall mark, for schedulers that go by the destination. */
import type { Mode } from '../../../lab/index.ts';

export const MARK = 7;
export const DESTINATIONS = Array.from({ length: 40 }, (_, i) => `10.77.${i % 4}.${1 + i * 5}`);
/** Only in NAT does the client’s way to addresses that nobody has lead to the director. */
export const ONLY_NAT: readonly Mode[] = ['nat'];
