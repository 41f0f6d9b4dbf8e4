/** The table of everything that gets packets to the real servers: directors under test, and what they are compared with. */
import { direct } from './direct/index.ts';
import type { DirectorUnderTest, Reference } from './director-under-test.ts';
import { forward } from './forward/index.ts';
import { haproxy, haproxyDirector } from './haproxy/index.ts';
import { ipvs, ipvsReference } from './ipvs/index.ts';
import { nft, nftDirector } from './nft/index.ts';
import { tsDirector, tsSlowDirector, tsXdpDirector } from './ts/index.ts';

/** This repository's director: the one that is tested unless others are named. */
export const ownDirector: DirectorUnderTest = tsDirector;

/** Every director that can be named, by name; any other program is described by a file. */
export const directors: Readonly<Record<string, DirectorUnderTest>> = Object.fromEntries(
  [tsDirector, nftDirector, haproxyDirector, ipvs].map((one) => [one.name, one]),
);

/** Those whose speed can be measured: this repository's with its fast path elsewhere, too, which decides nothing else. */
export const measuredDirectors: typeof directors = {
  ...directors,
  ...Object.fromEntries([tsXdpDirector, tsSlowDirector].map((one) => [one.name, one])),
};

/** Everything that directors are compared with, with the slowest expected first. */
export const references: readonly Reference[] = [haproxy, nft, ipvsReference, forward, direct];
