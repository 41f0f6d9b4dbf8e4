/** How a director comes by what the one before it has attached to the kernel, so that flows go on meanwhile. */
import { letTakeDescriptors, takeDescriptors } from '../../native/foreign-descriptors.ts';
import { close } from '../../native/sockets.ts';
import { SystemCallError } from '../../native/system-call-error.ts';
import { allOf, type FastPathDescriptors, type Inheritance, renumbered } from '../fast-path/descriptors.ts';
import type { ControlClient } from './client.ts';

/** What this process offers to another one. */
export function offerTo(pid: number, fastPath: FastPathDescriptors | undefined): Inheritance {
  letTakeDescriptors(pid);
  return { pid: process.pid, fastPath };
}

/** Takes it over; undefined where there is none, or this process may not have it. */
export function take({ pid, fastPath }: Inheritance): FastPathDescriptors | undefined {
  if (fastPath === undefined) return undefined;
  try {
    return renumbered(fastPath, takeDescriptors(pid, allOf(fastPath)));
  } catch (error) {
    if (error instanceof SystemCallError) return undefined;
    throw error;
  }
}

/**
 * Has a running director leave everything to this process.
 * @returns what its fast path goes on with, where there is such a thing and this process has it now.
 */
export async function takeOver(director: ControlClient): Promise<FastPathDescriptors | undefined> {
  // One of another version may not know how to offer any.
  const offer = await director.inheritance(process.pid).catch(() => undefined);
  const taken = offer && take(offer);
  const { leavesFastPath } = await director.handOver(taken && offer?.fastPath);
  if (leavesFastPath || taken === undefined) return taken;
  for (const fd of allOf(taken)) close(fd);
  return undefined;
}
