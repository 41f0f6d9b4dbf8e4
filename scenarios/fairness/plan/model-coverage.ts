/** What the reference models can speak of. */
import type { SchedulerName } from '../../../director/index.ts';
import { isRandom } from '../../models/choice.ts';
import { schedulerFacts } from '../../models/schedulers.ts';
import type { Plan, Step } from './plan.ts';

/** What models that go by the past alone cannot follow: they would have to know how the list was when it happened. */
const BEYOND: Readonly<Partial<Record<SchedulerName, readonly Step['do'][]>>> = {
  rr: ['remove'],
  wrr: ['weight', 'add', 'remove'],
};

/** Why there is no model of a plan; undefined if there is one. */
export function whyNoModel({ service, steps }: Plan): string | undefined {
  const { scheduler, persistence } = service;
  if (isRandom(schedulerFacts(scheduler).model)) return `${scheduler} draws at random`;
  if (persistence !== undefined) return 'persistence decides, and asks the scheduler for new clients only';
  const beyondModel = BEYOND[scheduler as SchedulerName];
  const beyond = steps.find((step) => beyondModel?.includes(step.do));
  return beyond === undefined
    ? undefined
    : `the model of ${scheduler} does not cover that step: ${beyond.do}`;
}
