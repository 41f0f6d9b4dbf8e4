/** What is measured side by side, directors under test and what they are compared with; and how each is started. */
import { type Lab, LabError, type Lane, type LaneNetwork, type Mode } from '../../lab/index.ts';
import { UnsupportedError } from '../../scenarios/kit/unsupported-error.ts';
import { type Measure, protocolOf } from '../../scenarios/throughput.ts';
import { rulesFor } from '../directors/balanced-rules.ts';
import type { Contestant, RunningReference } from '../directors/director-under-test.ts';
import { balancedServices } from './services.ts';

export interface Entered {
  readonly name: string;
  readonly contestant: Contestant;
  /** Why it cannot run here. */
  readonly unavailable: string | undefined;
}

/** Those that know the mode. */
export function enter(mode: Mode, contestants: readonly Contestant[]): Promise<Entered[]> {
  return Promise.all(
    contestants
      .filter(({ modes }) => modes.includes(mode))
      .map(async (contestant) => ({
        name: contestant.name,
        contestant,
        unavailable: await contestant.unavailable(),
      })),
  );
}

/** Whether it can be measured so. */
export function carries({ protocols, mostFlows }: Contestant, measure: Measure): boolean {
  if (!protocols.includes(protocolOf(measure))) return false;
  return measure.kind !== 'packets' || mostFlows === undefined || measure.flows <= mostFlows();
}

/** That it runs, until `failed` rejects because it has ended by itself; or why it does not run. */
export type Started = { readonly failed: Promise<never> } | { readonly refusal: string };

/** Where the network alone does everything, nothing runs that could end. */
const NEVER_ENDS: Pick<RunningReference, 'ended'> = { ended: new Promise(() => undefined) };

/** Starts a contestant in its lane. */
export async function startContestant(
  lab: Lab,
  network: LaneNetwork,
  { name, contestant }: Entered,
  lane: Lane,
  seed: number,
): Promise<Started> {
  const mode = network.topology.name;
  const services = balancedServices(mode, network, lane).filter(({ protocol }) =>
    contestant.protocols.includes(protocol),
  );
  try {
    const { ended } = contestant.isReference
      ? ((await contestant.start?.(lab.host(lane.name), services, lab)) ?? NEVER_ENDS)
      : await contestant.start(lab, rulesFor(mode, services), seed, lane.name);
    const failed = ended.then((how): never => {
      throw new LabError(`${name} ended by itself, ${how}`);
    });
    failed.catch(() => undefined);
    return { failed };
  } catch (error) {
    if (error instanceof LabError || error instanceof UnsupportedError) return { refusal: error.message };
    throw error;
  }
}
