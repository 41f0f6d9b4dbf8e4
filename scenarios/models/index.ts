/** The reference model of each scheduler whose choices are determined, by its name in ipvsadm and its flags. */
import type { Model } from './choice.ts';
import { dh } from './dh.ts';
import { fo } from './fo.ts';
import { lblc } from './lblc.ts';
import { lblcr } from './lblcr.ts';
import { lc } from './lc.ts';
import { mh } from './mh.ts';
import { nq } from './nq.ts';
import { ovf } from './ovf.ts';
import { rr } from './rr.ts';
import { sed } from './sed.ts';
import { type HashFlags, sh } from './sh.ts';
import { wlc } from './wlc.ts';
import { wrr } from './wrr.ts';

const PLAIN: Readonly<Record<string, Model>> = { rr, wrr, lc, wlc, lblc, lblcr, dh, sed, nq, fo, ovf };
const HASHING: Readonly<Record<string, (flags: HashFlags) => Model>> = { sh, mh };

/** @param flags As for `ipvsadm -b`: `sh-port,sh-fallback`. */
export function modelOf(scheduler: string, flags = ''): Model {
  const model =
    PLAIN[scheduler] ??
    HASHING[scheduler]?.({ withPort: flags.includes('-port'), withFallback: flags.includes('-fallback') });
  if (model === undefined) throw new RangeError(`there is no reference model of the scheduler ${scheduler}`);
  return model;
}
