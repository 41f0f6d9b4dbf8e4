/** The reference model of each scheduler whose choices are determined, by its name in ipvsadm and its flags. */
import type { SchedulerName } from '../../director/index.ts';
import type { Model, ModelServer } from './choice.ts';
import { dh } from './dh.ts';
import { fo } from './fo.ts';
import { lblc } from './lblc.ts';
import { lblcr } from './lblcr.ts';
import { lc } from './lc.ts';
import { mh, slotsOf } from './mh.ts';
import { nq } from './nq.ts';
import { ovf } from './ovf.ts';
import { rr } from './rr.ts';
import { sed } from './sed.ts';
import { bucketsOf, type HashFlags, sh } from './sh.ts';
import { wlc } from './wlc.ts';
import { wrr } from './wrr.ts';

/** A model that goes by a table of servers, which clients meet by a hash. */
interface TableModel {
  readonly of: (flags: HashFlags) => Model;
  /** The name of each slot’s server, when servers were listed with these weights. */
  readonly table: (list: readonly ModelServer[]) => readonly (string | undefined)[];
}

/** Without a model: what is drawn at random is held against its probabilities. */
const MODELS: Readonly<Record<SchedulerName, Model | TableModel | undefined>> = {
  rr,
  wrr,
  lc,
  wlc,
  lblc,
  lblcr,
  dh,
  sh: { of: sh, table: (list) => bucketsOf(list).map(({ name }) => name) },
  sed,
  nq,
  fo,
  ovf,
  mh: { of: mh, table: slotsOf },
  twos: undefined,
};

/** @param flags As for `ipvsadm -b`: `sh-port,sh-fallback`. @throws RangeError where there is no model. */
export function modelOf(scheduler: string, flags = ''): Model {
  const model = Object.hasOwn(MODELS, scheduler) ? MODELS[scheduler as SchedulerName] : undefined;
  if (model === undefined) throw new RangeError(`there is no reference model of the scheduler ${scheduler}`);
  if (typeof model === 'function') return model;
  return model.of({ withPort: flags.includes('-port'), withFallback: flags.includes('-fallback') });
}

/** The table that a scheduler such as sh goes by, as names of servers. @throws RangeError where there is none. */
export function tableOf(scheduler: string, list: readonly ModelServer[]): readonly (string | undefined)[] {
  const model = Object.hasOwn(MODELS, scheduler) ? MODELS[scheduler as SchedulerName] : undefined;
  if (typeof model !== 'object') throw new RangeError(`the scheduler ${scheduler} has no table`);
  return model.table(list);
}
