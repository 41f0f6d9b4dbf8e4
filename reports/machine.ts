/** Whether timings of two machines can be compared. */
import type { Result } from './result.ts';

type Machine = Pick<Result['run']['machine'], 'cpu' | 'cores' | 'kernel'>;

/** How they differ, as parts of a sentence; empty where timings can be compared. */
export function differencesOf(then: Machine, now: Machine): string[] {
  const major = ({ kernel }: Machine) => kernel.split('.')[0] ?? kernel;
  return [
    ...(then.cpu === now.cpu ? [] : [`${now.cpu} instead of ${then.cpu}`]),
    ...(then.cores === now.cores ? [] : [`${now.cores} cores instead of ${then.cores}`]),
    ...(major(then) === major(now) ? [] : [`kernel ${now.kernel} instead of ${then.kernel}`]),
  ];
}
