/** How a director comes by what the one before it has attached to the kernel, so that flows go on and packets wait meanwhile. */
import { moveOutOfTheWay } from '../../native/descriptors.ts';
import { letTakeDescriptors, takeDescriptors } from '../../native/foreign-descriptors.ts';
import { close } from '../../native/sockets.ts';
import { SystemCallError } from '../../native/system-call-error.ts';
import { allOf, type Descriptors, type Inheritance, renumbered } from '../handover/descriptors.ts';
import type { ControlClient } from './client.ts';
import { Predecessor } from './keeper.ts';

/** What this process offers to another one. */
export function offerTo(pid: number, descriptors: Descriptors): Inheritance {
  letTakeDescriptors(pid);
  return { pid: process.pid, descriptors };
}

/** What a director that its keeper has started has open from its beginning, under the keeper's numbers. */
export function fromKeeper(): Descriptors | undefined {
  const { pid, descriptors } = Predecessor.find()?.inheritance ?? {};
  if (pid !== process.ppid || descriptors === undefined) return undefined;
  return renumbered(descriptors, allOf(descriptors).map(moveOutOfTheWay));
}

/** Takes it over; undefined where there is none, or this process may not have it. */
export function take({ pid, descriptors }: Inheritance): Descriptors | undefined {
  if (descriptors === undefined) return undefined;
  try {
    return renumbered(descriptors, takeDescriptors(pid, allOf(descriptors)).map(moveOutOfTheWay));
  } catch (error) {
    if (error instanceof SystemCallError) return undefined;
    throw error;
  }
}

/** How often it is tried to take all that a director has, while that changes. */
const ATTEMPTS = 5;

/**
 * Has a running director leave everything to this process.
 * @returns what packets wait in and its fast path goes on with, where this process has all of it now.
 */
export async function takeOver(director: ControlClient): Promise<Descriptors | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    // One of another version may not know how to offer any.
    const offer = await director.inheritance(process.pid).catch(() => undefined);
    const taken = offer && take(offer);
    if (taken === undefined) break;
    const { leavesAll } = await director.handOver(offer?.descriptors);
    if (leavesAll === true) return taken;
    for (const fd of allOf(taken)) close(fd);
  }
  await director.handOver();
  return undefined;
}
