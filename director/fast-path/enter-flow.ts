/** Enters a flow in the kernel's table, where it may be forwarded there. */
import type { DirectorState } from '../state.ts';
import type { Attachments } from './attachments.ts';
import type { KernelSideOnDemand } from './kernel-side-on-demand.ts';
import { FLOW, READY } from './layout.ts';
import { mayBeForwarded } from './may-be-forwarded.ts';
import type { OpenKernelSide } from './open-kernel-side.ts';
import type { WaitingFlow } from './waiting-flows.ts';

interface EntryContext {
  readonly state: DirectorState;
  readonly kernel: KernelSideOnDemand;
  readonly attachments: Pick<Attachments, 'canForward'>;
  readonly epoch: number;
  /** On the kernel's monotonic clock. */
  readonly nowNs: number;
}

/** `not yet`: what it would need is not known at present. `refused`: not in this epoch. */
type Entry = 'entered' | 'not yet' | 'refused';

/** @param isReady Whether it is only made ready. */
export function enterFlow(
  { state, kernel, attachments, epoch, nowNs }: EntryContext,
  open: OpenKernelSide,
  { row, side, inputPort, nextHop, mtuBytes, routesVersion }: WaitingFlow,
  isReady: boolean,
): Entry {
  const { routes, services } = state;
  const { table } = state.connections;
  const destination = services.destination(table.destination[row] as number);
  const input = routes.port(inputPort);
  if (destination?.available !== true || input === undefined) return 'refused';
  const leads = attachments.canForward(inputPort, nextHop.port.index);
  if (!leads || !mayBeForwarded(state, row, nextHop)) return 'refused';
  const { neighbour } = nextHop;
  const mayHold = routesVersion === routes.version && !nextHop.outdated;
  if (neighbour?.isUsable !== true || !mayHold) return 'not yet';
  const way = open.ways.numberOf(neighbour);
  const counter = open.counters.numberOf(destination, side);
  const course =
    way === undefined || counter === undefined
      ? undefined
      : open.courses.numberOf(table, row, side, { input, nextHop, way, counter, mtuBytes });
  if (course === undefined) {
    kernel.isUsedUp = true;
    return 'refused';
  }
  const isNew = !kernel.find(table, row, side);
  if (isNew && !kernel.hasRoom) {
    kernel.isFull = true;
    return 'refused';
  }
  open.flow.setInt32(FLOW.epoch, isReady ? READY : epoch, true);
  open.flow.setUint32(FLOW.course, course, true);
  open.flow.setBigUint64(FLOW.lastSeen, BigInt(Math.round(nowNs)), true);
  return kernel.write(table, row, side, isNew) ? 'entered' : 'refused';
}
