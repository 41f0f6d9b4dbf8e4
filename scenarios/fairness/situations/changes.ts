/** What scenarios share in which the set of servers changes in the middle. */

import { count, counted } from '../../../statistics/number-text.ts';
import { schedulerFacts } from '../../models/schedulers.ts';
import { connectionsToConverge } from '../figures/load.ts';
import { movesOf } from '../figures/moves.ts';
import { moments } from '../plan/active-connections.ts';
import type { Open, Plan, PlannedService, Step } from '../plan/plan.ts';
import { opensFor } from '../plan/workload.ts';
import type { Observed, PlanOptions, SituationVerdict } from '../scenario.ts';

export interface Change {
  /** Before it. */
  readonly weights: readonly number[];
  readonly step: Step;
  /** Servers that take no connections any more, and those that did not before. */
  readonly gone: readonly number[];
  readonly came: readonly number[];
}

const SAMPLES = 5;

/**
 * Clients come, each with a connection that lasts; then comes the change; then the same clients come again, from other
 * ports. Every connection is asked once more right after the change: those that are not answered are broken.
 */
export function changePlan({ contender, connections, seed }: PlanOptions, change: Change): Plan {
  const service: PlannedService = {
    ...contender,
    weights: change.weights,
    protocol: 'tcp',
    reachedBy: 'address',
  };
  const clients = Math.floor(connections / 2);
  const first = opensFor({ service, connections: clients, seed });
  const again = first.map(
    (open): Open => ({
      ...open,
      connection: open.connection + clients,
      clientPort: open.clientPort + clients,
    }),
  );
  return {
    service,
    steps: [
      ...sampled(first),
      change.step,
      { do: 'probe' },
      ...sampled(again),
      ...[...first, ...again].map(({ connection }): Step => ({ do: 'close', connection })),
    ],
  };
}

function sampled(opens: readonly Open[]): Step[] {
  const every = Math.max(1, Math.floor(opens.length / SAMPLES));
  return opens.flatMap((open, i): Step[] => ((i + 1) % every === 0 ? [open, { do: 'sample' }] : [open]));
}

/** The figures of a change, and what they say. */
export function judgeChange(observed: Observed, change: Change): SituationVerdict {
  const { contender, plan, played, place } = observed;
  const clients = played.decisions.length / 2;
  const after = Array.from(moments(plan, played, place.rips.length)).filter(
    ({ step, opened }) => step.do === 'open' && opened > clients,
  );
  const weights = after[0]?.weights ?? [];
  const broken = played.broken.length;
  const unanswered = played.unanswered.length;
  const moves = movesOf(played.decisions.slice(0, clients), played.decisions.slice(clients), change);
  const figures = {
    brokenConnections: broken,
    unansweredConnections: unanswered,
    forcedMoves: moves.forced,
    collateralMoves: moves.collateral,
    refusedClients: moves.refused,
  };
  const brokenText = broken === 0 ? 'No connection broke' : `${counted(broken, 'connection')} broke`;
  const movedText =
    `of ${counted(clients, 'client')} ${moves.forced} had to move, ${moves.collateral} were moved without need` +
    (moves.refused > 0 ? `, and ${moves.refused} are refused from then on` : '');
  // Who leads a client to the same server again is not concerned with how evenly the load lies.
  if (schedulerFacts(contender.scheduler).goesBy === 'client') {
    return { findings: [], figures, conclusion: `${brokenText}; ${movedText}.` };
  }
  const converged = connectionsToConverge(
    after.map(({ active }) => active),
    weights,
  );
  return {
    findings: [],
    figures: { ...figures, ...(converged === undefined ? {} : { connectionsToConverge: converged }) },
    conclusion:
      `${brokenText}; ${movedText}; ` +
      (converged === undefined
        ? `the servers are not evenly loaded again within ${counted(clients, 'connection')}.`
        : converged === 0
          ? 'the servers stay evenly loaded.'
          : `load is even again after ${count(converged)} more ${converged === 1 ? 'connection' : 'connections'}.`),
  };
}
