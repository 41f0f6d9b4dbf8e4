/** What every kind of traffic needs to know. */
import type { Lab, LabHost } from '../../lab/index.ts';
import type { ServiceUnderTest } from '../../scenarios/kit/session/service-under-test.ts';

export interface TrafficContext {
  readonly lab: Lab;
  readonly client: LabHost;
  readonly service: ServiceUnderTest;
  /** Length of the loads that go by time. */
  readonly durationMs: number;
  /** Chooses session names and payloads, so that two runs send the same. */
  readonly seed: number;
}
