/** Which jobs a director can be given, by what it declares. */
import type { Mode } from '../../lab/index.ts';
import { queueService } from '../../scenarios/fairness/plan/arrivals.ts';
import type { PlannedService } from '../../scenarios/fairness/plan/plan.ts';
import { type FeatureName, featuresOf } from '../../scenarios/features.ts';
import { notDeclared } from '../conformance/declared-needs.ts';
import type { DirectorUnderTest } from '../directors/director-under-test.ts';
import type { Jobs, PlanJob, QueueJob } from './jobs.ts';

interface Sorted {
  readonly supported: ReadonlyMap<Mode, readonly (PlanJob | QueueJob)[]>;
  /** The others, each with the reason. */
  readonly others: readonly { readonly job: PlanJob | QueueJob; readonly reason: string }[];
}

/** @param serviceOf The service of a plan’s job. */
export function supportedJobs(
  live: Jobs['live'],
  director: DirectorUnderTest,
  serviceOf: (job: PlanJob) => PlannedService,
): Sorted {
  const declared = featuresOf(director.declared);
  const whyNot = (job: PlanJob | QueueJob): string | undefined => {
    const services =
      'contender' in job ? [serviceOf(job)] : job.contenders.map((one) => queueService(job.scenario, one));
    const needs = new Set([`mode/${job.mode}`, ...services.flatMap(needsOf)]);
    const lacking = [...needs].filter((feature) => !declared.has(feature));
    return lacking.length === 0 ? undefined : notDeclared(director, lacking);
  };
  const others: Sorted['others'][number][] = [];
  const supported = new Map(
    [...live].map(([mode, jobs]) => [
      mode,
      jobs.filter((job) => {
        const reason = whyNot(job);
        if (reason !== undefined) others.push({ job, reason });
        return reason === undefined;
      }),
    ]),
  );
  return { supported, others };
}

function needsOf({ protocol, scheduler, reachedBy, persistence }: PlannedService): FeatureName[] {
  return [
    `protocol/${protocol}`,
    `scheduler/${scheduler}`,
    ...(reachedBy === 'mark' ? ['marks'] : []),
    ...(persistence === undefined ? [] : ['persistence']),
  ];
}
