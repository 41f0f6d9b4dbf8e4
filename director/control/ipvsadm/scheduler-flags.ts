/** What `-b` takes. */
import { SERVICE_FLAG } from '../../services/virtual-service.ts';
import { fail } from './errors.ts';

const SCHEDULER_FLAGS = SERVICE_FLAG.sched1 | SERVICE_FLAG.sched2 | SERVICE_FLAG.sched3;
/** The bit of each name. */
const BITS: Readonly<Record<string, number>> = {
  'flag-1': SERVICE_FLAG.sched1,
  'flag-2': SERVICE_FLAG.sched2,
  'flag-3': SERVICE_FLAG.sched3,
  'sh-fallback': SERVICE_FLAG.sched1,
  'sh-port': SERVICE_FLAG.sched2,
  'mh-fallback': SERVICE_FLAG.sched1,
  'mh-port': SERVICE_FLAG.sched2,
};
/** Longer lists are cut. */
const LONGEST = 127;
const ANY_SCHEDULER = ['flag-1', 'flag-2', 'flag-3'];
/** Schedulers that have names of their own for their flags, in the order in which these are listed. */
const OWN_NAMES: ReadonlyMap<string, readonly string[]> = new Map([
  ['sh', ['sh-fallback', 'sh-port']],
  ['mh', ['mh-fallback', 'mh-port']],
]);

/** The bits of a comma-separated list of flags. @param scheduler The one that they are for. */
export function readSchedulerFlags(text: string, scheduler: string): number {
  let flags = 0;
  for (const name of text
    .slice(0, LONGEST)
    .split(',')
    .filter((part) => part !== '')) {
    if (!Object.hasOwn(BITS, name)) fail(`invalid scheduler flag \`${name}'`);
    if (!ANY_SCHEDULER.includes(name) && !OWN_NAMES.get(scheduler)?.includes(name)) {
      fail(`incompatible scheduler flag \`${name}'`);
    }
    flags |= bitOf(name);
  }
  return flags;
}

export function hasSchedulerFlags(flags: number): boolean {
  return (flags & SCHEDULER_FLAGS) !== 0;
}

export function schedulerFlagsText(flags: number, scheduler: string): string {
  const names = OWN_NAMES.get(scheduler) ?? ANY_SCHEDULER;
  return names.filter((name) => flags & bitOf(name)).join(',');
}

function bitOf(name: string): number {
  return BITS[name] ?? 0;
}
