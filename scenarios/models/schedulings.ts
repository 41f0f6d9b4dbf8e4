/** The model of a scheduler at work, by its name in ipvsadm and its flags. */
import type { Decision, ModelServer } from './choice.ts';
import { modelOf } from './reference-model.ts';
import { ReplicatedLocality } from './replicated-locality.ts';
import { RoundRobinTurns } from './round-robin-turns.ts';
import type { Scheduling } from './scheduling.ts';
import { WeightedTurns } from './weighted-turns.ts';

/** How long lblcr leaves a set as it is before it takes a server out. */
export interface SchedulingSettings {
  readonly lblcrExpirationS: number;
}

/** @param flags As for `ipvsadm -b`. @param listed The servers that the service has already. */
export function schedulingOf(
  scheduler: string,
  flags: string,
  listed: readonly ModelServer[],
  { lblcrExpirationS }: SchedulingSettings,
): Scheduling {
  if (scheduler === 'rr') return new RoundRobinTurns();
  if (scheduler === 'wrr') return new WeightedTurns(listed);
  if (scheduler === 'lblcr') return new ReplicatedLocality(lblcrExpirationS);
  const model = modelOf(scheduler, flags);
  const past: Decision[] = [];
  return {
    choose: (servers, request) => {
      const server = model(servers.listed, request, past);
      past.push({ request, server });
      return server;
    },
  };
}
