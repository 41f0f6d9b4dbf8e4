/**
 * A long sequence of connections, some held open and some closed, from many clients: what is opened and closed when is
 * determined, so that every decision can be compared with a reference model’s.
 */
import type { ListedServer } from '../../../kit/ipvsadm-lists.ts';
import type { Client, RealServer, Service } from '../../../kit/service.ts';

export interface SequencePlan {
  /** How many connections are opened. */
  readonly connections: number;
  /** The number of open connections swings between none and this many, so that both idleness and load occur. */
  readonly heldAtMost: number;
  /** Whether another process takes over now and then, as where the director was killed: in memory alone. */
  readonly isTakenOver?: true;
  /** The addresses that clients connect to in turn; the VIP unless given. */
  readonly destinations?: readonly string[];
}

/** What is done in one step: a connection is opened, or one that was opened before is closed. */
interface SequenceStep {
  readonly action: 'open' | 'close';
  readonly client: Client;
  readonly destination: string;
}

export interface SequenceRun {
  /** In the order in which they were added. */
  readonly servers: readonly RealServer[];
  readonly steps: readonly SequenceStep[];
  /** What the director says of its servers at the end, if it lists them. */
  readonly listed: readonly ListedServer[] | undefined;
}

/** Steps that are taken at once, of one or two packets each. */
const BURST = 100;

export async function runSequence(service: Service, plan: SequencePlan): Promise<SequenceRun> {
  const { director } = service.stage;
  // No server answers: where its half of a connection is missed, clients only ever begin one.
  const goesOn = director.offers('one-sided');
  const steps = stepsOf(service, plan).filter(({ action }) => goesOn || action === 'open');
  await service.meetServers();
  for (const [i, { action, client, destination }] of steps.entries()) {
    const to = { address: destination };
    if (action === 'open' && goesOn) service.open(client, to);
    else if (action === 'open') service.segment(client, 'S', to);
    else service.segment(client, 'FA', to);
    if (i % BURST !== BURST - 1) continue;
    await service.stage.settle();
    if (!plan.isTakenOver) continue;
    director.handOver?.();
    await service.meetServers();
  }
  await service.stage.settle();
  const lists = director.offers('lists');
  return { servers: service.servers, steps, listed: lists ? await service.listedServers() : undefined };
}

/** A whole swing from none held to the most and back, in connections. */
const SWING = 80;
const CLIENTS = 250;

function stepsOf(service: Service, plan: SequencePlan): SequenceStep[] {
  const { connections, heldAtMost, destinations = [service.stage.vip] } = plan;
  const steps: SequenceStep[] = [];
  const held: SequenceStep[] = [];
  for (let i = 0; i < connections; i++) {
    const client = service.client(i, 1 + (scattered(i) % CLIENTS));
    const destination = destinations[scattered(i + connections) % destinations.length]!;
    const opened = { action: 'open', client, destination } as const;
    steps.push(opened);
    held.push(opened);
    const limit = heldAtMost * (1 - Math.abs((2 * (i % SWING)) / SWING - 1));
    while (held.length > limit) {
      const [closed] = held.splice(scattered(i + held.length) % held.length, 1);
      steps.push({ ...closed!, action: 'close' });
    }
  }
  return steps;
}

/** A number that looks drawn at random, always the same for the same `i`. */
function scattered(i: number): number {
  return (Math.imul(i + 1, 0x9e3779b1) >>> 0) % 65_521;
}
