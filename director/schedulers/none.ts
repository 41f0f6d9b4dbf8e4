/** The lack of a scheduler, which a service may have too (`-s none`): no server is ever chosen. */
import type { Scheduler } from './scheduler.ts';

export const NO_SCHEDULER: Scheduler = { name: 'none', pick: () => undefined };
