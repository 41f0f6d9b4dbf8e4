/** What a process that plays packet cases and the process that started it tell each other. */
import type { Mode } from '../../../lab/index.ts';
import type { CaseResult } from '../../../reports/result.ts';
import type { ModePlan } from '../play-plans.ts';

/** A plan of this repository’s director, whose cases both processes know by their numbers in the catalogue. */
export interface NumberedPlan {
  readonly mode: Mode;
  readonly lab: ModePlan['lab'];
  readonly indexes: readonly number[];
}

export interface Request {
  readonly plans: readonly NumberedPlan[];
  readonly seed: number;
  readonly resultDirectory: string;
}

/** `at` is the number of the plan. */
export type Report =
  | { readonly of: 'begun'; readonly what: string }
  | { readonly of: 'played'; readonly at: number; readonly result: CaseResult }
  | { readonly of: 'ended'; readonly at: number; readonly problem?: string };
