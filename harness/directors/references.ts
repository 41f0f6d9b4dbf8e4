/** Everything that directors are compared with, the slowest expected first. */
import { direct } from './direct.ts';
import { forward } from './forward.ts';
import { haproxy } from './haproxy.ts';
import { nft } from './nft.ts';
import type { Reference } from './reference.ts';

export const references: readonly Reference[] = [haproxy, nft, forward, direct];
