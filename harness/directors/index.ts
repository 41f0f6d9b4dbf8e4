/** The table of everything that gets packets to the real servers: directors under test, and what they are compared with. */
import { direct } from './direct/index.ts';
import type { Contestant, DirectorUnderTest, Reference } from './director-under-test.ts';
import { forward } from './forward/index.ts';
import { haproxy } from './haproxy/index.ts';
import { nft } from './nft/index.ts';
import { tsDirector } from './ts/index.ts';

/** References with the slowest expected first. */
const ALL: readonly Contestant[] = [tsDirector, haproxy, nft, forward, direct];

/** Every director that the bench tests, by name. */
export const directors: Readonly<Record<string, DirectorUnderTest>> = Object.fromEntries(
  ALL.filter((one) => !one.isReference).map((one) => [one.name, one]),
);

/** Everything that directors are compared with. */
export const references: readonly Reference[] = ALL.filter((one) => one.isReference);

/** This repository's director: its core is what is tested in memory, and its process what packet cases run against in namespaces. */
export const ownDirector: DirectorUnderTest = tsDirector;
