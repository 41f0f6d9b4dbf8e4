/** What the kernel's IPVS declares. */
import { ALL_MODES } from '../../../lab/modes.ts';
import {
  type Ability,
  ALL_ABILITIES,
  ALL_FAMILIES,
  ALL_FEATURE_PROTOCOLS,
  type Declared,
} from '../../../scenarios/features.ts';
import { ALL_SCHEDULERS } from '../../../scenarios/models/schedulers.ts';

/**
 * All of it, but for what a kernel or the way that it is run here has not.
 * @param notBuilt Schedulers that the kernel is built without.
 */
export function declaredBut(notBuilt: readonly string[], abilities: readonly Ability[] = []): Declared {
  return {
    modes: ALL_MODES,
    families: ALL_FAMILIES,
    protocols: ALL_FEATURE_PROTOCOLS,
    schedulers: Object.fromEntries(
      ALL_SCHEDULERS.filter((name) => !notBuilt.includes(name)).map((name) => [name, 'exact']),
    ),
    abilities: ALL_ABILITIES.filter((name) => !abilities.includes(name)),
  };
}
