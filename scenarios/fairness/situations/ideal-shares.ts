/** Which share of the connections a scheduler's rule entitles each server to, where it promises one. */

import { sharesOf } from '../../../statistics/shares.ts';
import type { ModelServer } from '../../models/choice.ts';
import { modelOf, tableOf } from '../../models/reference-model.ts';
import { type PromisedShares, schedulerFacts } from '../../models/schedulers.ts';
import { type ServicePlace, serverPort } from '../addresses.ts';
import type { PlannedService } from '../plan/plan.ts';

type Place = Pick<ServicePlace, 'rips' | 'port'>;
type BalancedService = Pick<PlannedService, 'scheduler' | 'weights' | 'reachedBy'>;

/** Why a scheduler that goes by a table promises no shares where a server has weight 0. */
const SOME_REFUSED =
  'A table may lead clients to a server of weight 0, who are refused or led elsewhere, so no share is promised.';

/** What the scheduler of a service promises: shares, or why there are none, in a sentence. */
export function promiseOf(
  { scheduler, weights, reachedBy }: BalancedService,
  place: Place,
): { readonly shares: readonly number[] } | { readonly notPromised: string } {
  const { shares } = schedulerFacts(scheduler);
  if (typeof shares === 'object') return shares;
  if (shares === 'by table' && weights.includes(0)) return { notPromised: SOME_REFUSED };
  const { rips } = place;
  return {
    shares: promisedShares(shares, scheduler, weights, { rips, port: serverPort({ reachedBy }, place) }),
  };
}

/** The shares that the scheduler of a service promises, where it promises any. */
export function sharesPromised(service: BalancedService, place: Place): readonly number[] | undefined {
  const promise = promiseOf(service, place);
  return 'shares' in promise ? promise.shares : undefined;
}

function promisedShares(
  shares: PromisedShares,
  scheduler: string,
  weights: readonly number[],
  place: Place,
): readonly number[] {
  switch (shares) {
    case 'equal':
      return sharesOf(weights.map((weight) => Math.min(weight, 1)));
    case 'by weight':
      return sharesOf(weights);
    case 'all to the highest weight': {
      const model = modelOf(scheduler);
      const first = model(listOf(weights, place), { client: '', clientPort: 0, destination: '' }, []);
      return weights.map((_, server) => (String(server) === first ? 1 : 0));
    }
    case 'by table':
      return tableShares(tableOf(scheduler, listOf(weights, place)), weights);
  }
}

/**
 * How far, in connections, a server may be off its share at any moment. Who gives equal turns serves everybody before
 * anybody twice; who goes by weight completes a cycle of as many connections as the weights add up to, in which no
 * server is further off than the highest weight.
 */
export function largestPrefixError(scheduler: string, weights: readonly number[]): number {
  const { shares } = schedulerFacts(scheduler);
  if (shares === 'equal') return 1;
  return shares === 'by weight' ? Math.max(...weights) : 0;
}

function tableShares(table: readonly (string | undefined)[], weights: readonly number[]): number[] {
  return weights.map((_, server) => table.filter((name) => name === String(server)).length / table.length);
}

/** Idle servers in the scheduler's order: the one added last comes first. */
export function listOf(weights: readonly number[], { rips, port }: Place): ModelServer[] {
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
