/** Whether timings of two machines can be compared. */
import { counted } from '../statistics/number-text.ts';
import type { Result } from './result.ts';

type Machine = Pick<Result['run']['machine'], 'cpu' | 'cores' | 'kernel'>;

/** How they differ, as parts of a sentence; empty where timings can be compared. */
export function differencesOf(then: Machine, now: Machine): string[] {
  const major = ({ kernel }: Machine) => kernel.split('.')[0] ?? kernel;
  return [
    ...(then.cpu === now.cpu ? [] : [`${now.cpu} instead of ${then.cpu}`]),
    ...(then.cores === now.cores ? [] : [`${counted(now.cores, 'core')} instead of ${then.cores}`]),
    ...(major(then) === major(now) ? [] : [`kernel ${now.kernel} instead of ${then.kernel}`]),
  ];
}
