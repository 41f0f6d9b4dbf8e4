/** Runs all estimators at the same moment, every two seconds. `run_estimation` stops them, and with them what is shown. */
import { ESTIMATION_PERIOD_MS } from './estimator.ts';
import type { VirtualService } from './services/virtual-service.ts';
import type { DirectorState } from './state.ts';

export class Estimation {
  readonly #state: DirectorState;
  #dueMs: number | undefined;

  constructor(state: DirectorState) {
    this.#state = state;
  }

  tick(nowMs: number): void {
    this.#dueMs ??= nowMs + ESTIMATION_PERIOD_MS;
    if (nowMs < this.#dueMs) return;
    this.#dueMs += ESTIMATION_PERIOD_MS;
    // After a long pause the next period is a whole one.
    if (this.#dueMs <= nowMs) this.#dueMs = nowMs + ESTIMATION_PERIOD_MS;
    if (this.#state.settings.run_estimation !== 0) this.#run();
  }

  #run(): void {
    const { services, totals } = this.#state;
    totals.estimate();
    for (const service of services.everything()) estimateService(service);
  }
}

/** Deleted servers are left out: nothing is counted for them. */
function estimateService({ statistics, destinations }: VirtualService): void {
  statistics.estimate();
  for (let i = 0; i < destinations.length; i++) destinations[i]?.statistics.estimate();
}
