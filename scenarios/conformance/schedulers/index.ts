/** Cases of the schedulers. */
import type { PacketCase } from '../../kit/packet-case.ts';
import { any } from './any.ts';
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
import { sh } from './sh.ts';
import { takenOver } from './taken-over.ts';
import { twos } from './twos.ts';
import { wlc } from './wlc.ts';
import { wrr } from './wrr.ts';

export const schedulerCases: readonly PacketCase[] = [
  ...rr,
  ...wrr,
  ...lc,
  ...wlc,
  ...lblc,
  ...lblcr,
  ...dh,
  ...sh,
  ...mh,
  ...sed,
  ...nq,
  ...fo,
  ...ovf,
  ...twos,
  ...any,
  ...takenOver,
];
