/** The reference model of a scheduler, by its name in ipvsadm and its flags. */
import { isRandom, type Model, type ModelServer } from './choice.ts';
import { schedulerFacts } from './schedulers.ts';

/**
 * @param flags As for `ipvsadm -b`: `sh-port,sh-fallback`.
 * @param isEdited Whether the service had its servers already when it was given the scheduler (`ipvsadm -E`).
 * @throws RangeError for a scheduler that draws at random.
 */
export function modelOf(scheduler: string, flags = '', isEdited = false): Model {
  const { model, modelAfterEdit } = schedulerFacts(scheduler);
  if (isEdited && modelAfterEdit !== undefined) return modelAfterEdit;
  if (isRandom(model)) throw new RangeError(`${scheduler} draws at random: no model says what it chooses`);
  if (typeof model === 'function') return model;
  return model.of({ withPort: flags.includes('-port'), withFallback: flags.includes('-fallback') });
}

/** The table that a scheduler such as sh goes by, as names of servers. @throws RangeError where there is none. */
export function tableOf(scheduler: string, list: readonly ModelServer[]): readonly (string | undefined)[] {
  const { model } = schedulerFacts(scheduler);
  if (!('table' in model)) throw new RangeError(`the scheduler ${scheduler} has no table`);
  return model.table(list);
}

/** How likely each server is to be drawn, by its name. @throws RangeError for a scheduler that does not draw. */
export function probabilitiesOf(
  scheduler: string,
  list: readonly ModelServer[],
): ReadonlyMap<string, number> {
  const { model } = schedulerFacts(scheduler);
  if (!isRandom(model)) throw new RangeError(`the scheduler ${scheduler} does not draw at random`);
  return model.probabilities(list);
}
