/** What plays a plan, wherever it does: carries out one step after the other and records what comes of them. */
import type { Open, Plan, PlanTrace, RuleChange, Sample, Step } from './plan.ts';

/** @typeParam Done What each step gives: nothing, or a promise where it takes time. */
export abstract class PlanPlayer<Done extends void | Promise<void>> {
  protected readonly plan: Plan;
  protected readonly decisions: number[] = [];
  protected readonly samples: Sample[] = [];
  protected readonly unanswered: number[] = [];
  protected readonly broken: number[] = [];

  constructor(plan: Plan) {
    this.plan = plan;
  }

  protected abstract open(step: Open): Done;
  protected abstract close(connection: number): Done;
  protected abstract sample(): Done;
  protected abstract probe(): Done;
  protected abstract change(step: RuleChange): Done;
  protected abstract crash(server: number): Done;
  protected abstract restart(server: number): Done;

  protected take(step: Step): Done {
    switch (step.do) {
      case 'open':
        return this.open(step);
      case 'close':
        return this.close(step.connection);
      case 'sample':
        return this.sample();
      case 'probe':
        return this.probe();
      case 'crash':
        return this.crash(step.server);
      case 'restart':
        return this.restart(step.server);
      default:
        return this.change(step);
    }
  }

  protected get trace(): PlanTrace {
    return {
      decisions: this.decisions,
      samples: this.samples,
      unanswered: this.unanswered,
      broken: this.broken.toSorted((a, b) => a - b),
    };
  }
}
