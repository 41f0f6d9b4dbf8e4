/** The kernel's part with what the director keeps its maps by. */
import { Counters } from './counters.ts';
import { Courses } from './courses.ts';
import { KernelSide, type Marks } from './kernel-side.ts';
import { Ways } from './ways.ts';

export interface OpenKernelSide {
  readonly side: KernelSide;
  /** The buffers of the table of flows. */
  readonly key: DataView;
  readonly flow: DataView;
  readonly courses: Courses;
  readonly ways: Ways;
  readonly counters: Counters;
}

/** @param nowMs On the director's clock. @throws BpfError or SystemCallError where it cannot be had. */
export function openKernelSide(maxFlows: number, marks: Marks, epoch: number, nowMs: number): OpenKernelSide {
  const side = new KernelSide(maxFlows, marks);
  side.epoch = epoch;
  side.madeAtMs = nowMs;
  return {
    side,
    key: new DataView(side.flows.key.buffer),
    flow: new DataView(side.flows.value.buffer),
    courses: new Courses(side.courses),
    ways: new Ways(side.ways),
    counters: new Counters(side.counters, side.processors, side.servers),
  };
}
