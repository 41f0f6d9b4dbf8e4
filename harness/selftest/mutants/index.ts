/** Every mutant of the self-test. */
import type { Mutant } from '../mutant.ts';
import { age } from './age.ts';
import { commands } from './commands.ts';
import { connections } from './connections.ts';
import { fragments } from './fragments.ts';
import { icmp } from './icmp.ts';
import { lifetimes } from './lifetimes.ts';
import { network } from './network.ts';
import { replies } from './replies.ts';
import { requests } from './requests.ts';
import { running } from './running.ts';
import { scale } from './scale.ts';
import { schedulers } from './schedulers.ts';
import { services } from './services.ts';
import { tunnels } from './tunnels.ts';

export const mutants: readonly Mutant[] = [
  ...requests,
  ...replies,
  ...tunnels,
  ...fragments,
  ...icmp,
  ...connections,
  ...services,
  ...schedulers,
  ...commands,
  ...lifetimes,
  ...network,
  ...scale,
  ...age,
  ...running,
];

interface Selected {
  readonly mutants: readonly Mutant[];
  /** Prefixes that no name starts with, one sentence each. */
  readonly problems: readonly string[];
}

/** @param prefixes Of names; all are meant if there are none. */
export function selectMutants(prefixes: readonly string[]): Selected {
  const startsWith = (prefix: string) => mutants.filter(({ id }) => id.startsWith(prefix));
  return {
    mutants:
      prefixes.length === 0
        ? mutants
        : mutants.filter(({ id }) => prefixes.some((prefix) => id.startsWith(prefix))),
    problems: prefixes
      .filter((prefix) => startsWith(prefix).length === 0)
      .map((prefix) => `No mutant’s name starts with "${prefix}"; "selftest --list" shows all.`),
  };
}

/** So many of them, spread evenly over the whole list: every kind of mistake is among them. */
export function sampleOf<Item>(all: readonly Item[], count: number): Item[] {
  const step = all.length / Math.min(count, all.length);
  return Array.from({ length: Math.min(count, all.length) }, (_, i) => all[Math.floor(i * step)] as Item);
}
