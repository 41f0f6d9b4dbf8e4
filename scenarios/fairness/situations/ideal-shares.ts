/** Which share of the connections a scheduler's rule entitles each server to, where it promises one. */

import { sharesOf } from '../../../statistics/shares.ts';
import type { ModelServer } from '../../models/choice.ts';
import { modelOf } from '../../models/index.ts';
import { slotsOf } from '../../models/mh.ts';
import { bucketsOf } from '../../models/sh.ts';
import type { ServicePlace } from '../addresses.ts';
import type { Contender } from '../scenario.ts';

/**
 * - `rr` goes round, whatever the weights; `wrr` by weights; `fo` gives everything to the highest weight.
 * - `sh` and `mh` deal out their table by weight, and clients meet it at random: the table's shares are exact.
 * - `lc`, `wlc`, `sed`, `nq`, `ovf` even out connections that are open, not how many were ever given; `lblc`, `lblcr` and
 *   `dh` go by the address asked for; `twos` looks at the load too. None of them promises a share.
 */
export function idealShares(
  { scheduler }: Contender,
  weights: readonly number[],
  place: Pick<ServicePlace, 'rips' | 'port'>,
): readonly number[] | undefined {
  switch (scheduler) {
    case 'rr':
      return sharesOf(weights.map((weight) => Math.min(weight, 1)));
    case 'wrr':
      return sharesOf(weights);
    case 'fo': {
      const first = modelOf('fo')(listOf(weights, place), { client: '', clientPort: 0, destination: '' }, []);
      return weights.map((_, server) => (String(server) === first ? 1 : 0));
    }
    case 'sh':
      return tableShares(
        bucketsOf(listOf(weights, place)).map(({ name }) => name),
        weights,
      );
    case 'mh':
      return tableShares(slotsOf(listOf(weights, place)), weights);
    default:
      return undefined;
  }
}

function tableShares(table: readonly (string | undefined)[], weights: readonly number[]): number[] {
  return weights.map((_, server) => table.filter((name) => name === String(server)).length / table.length);
}

/** Idle servers in the scheduler's order: the one added last comes first. */
export function listOf(
  weights: readonly number[],
  { rips, port }: Pick<ServicePlace, 'rips' | 'port'>,
): ModelServer[] {
  return weights
    .map((weight, server) => ({
      name: String(server),
      address: rips[server] as string,
      port,
      weight,
      active: 0,
      inactive: 0,
    }))
    .reverse();
}
