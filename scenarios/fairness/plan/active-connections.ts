/** How many connections each server has open, followed from the plan and from who was chosen. */
import { NO_SERVER, type Plan, type PlanTrace, type Step } from './plan.ts';

export interface Moment {
  readonly step: Step;
  /** Connections opened before and by this step. */
  readonly opened: number;
  /** Open connections of each server after the step. */
  readonly active: readonly number[];
  /** Of each server after the step; 0 where it does not serve. */
  readonly weights: readonly number[];
}

/** The state after each step. */
export function* moments(
  { service, steps }: Plan,
  { decisions, unanswered, broken }: PlanTrace,
  servers: number,
): Generator<Moment> {
  const active = new Array<number>(servers).fill(0);
  const weights = Array.from({ length: servers }, (_, server) => service.weights[server] ?? 0);
  const open = new Map<number, number>();
  const refused = new Set(unanswered);
  const lost = new Set(broken);
  let opened = 0;
  const end = (connection: number) => {
    const server = open.get(connection);
    if (server === undefined) return;
    open.delete(connection);
    active[server] = (active[server] as number) - 1;
  };
  for (const step of steps) {
    if (step.do === 'open') {
      const server = decisions[opened] ?? NO_SERVER;
      opened++;
      if (server !== NO_SERVER && !refused.has(step.connection)) {
        open.set(step.connection, server);
        active[server] = (active[server] as number) + 1;
      }
    } else if (step.do === 'close') {
      end(step.connection);
    } else if (step.do === 'add' || step.do === 'weight') {
      weights[step.server] = step.weight;
    } else if (step.do === 'remove') {
      weights[step.server] = 0;
    } else if (step.do === 'probe' || step.do === 'crash') {
      for (const [connection, server] of [...open]) {
        if (lost.has(connection) && (step.do === 'probe' || server === step.server)) end(connection);
      }
    }
    yield { step, opened, active: [...active], weights: [...weights] };
  }
}
