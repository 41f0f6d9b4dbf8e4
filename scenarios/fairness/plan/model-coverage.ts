/** What the reference models can speak of. */
import type { Plan, Step } from './plan.ts';

/** Schedulers that draw at random, so that no model says what they choose. */
const RANDOM = new Set(['twos']);
/** What models that go by the past alone cannot follow: they would have to know how the list was when it happened. */
const BEYOND: Readonly<Record<string, readonly Step['do'][]>> = {
  rr: ['remove'],
  wrr: ['weight', 'add', 'remove'],
};

/** Why there is no model of a plan; undefined if there is one. */
export function whyNoModel({ service, steps }: Plan): string | undefined {
  const { scheduler, persistence } = service;
  if (RANDOM.has(scheduler)) return `${scheduler} draws at random`;
  if (persistence !== undefined) return 'persistence decides, and asks the scheduler for new clients only';
  const beyond = steps.find((step) => BEYOND[scheduler]?.includes(step.do));
  return beyond === undefined
    ? undefined
    : `the model of ${scheduler} does not cover that step: ${beyond.do}`;
}
