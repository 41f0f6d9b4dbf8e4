/**
 * A long sequence of connections, some held open and some closed, from many clients: what is opened and closed when is
 * determined, so that every decision can be compared with a reference model’s.
 */
import type { ListedServer } from './ipvsadm-lists.ts';
import type { Client, RealServer, Service } from './service.ts';

export interface SequencePlan {
  /** How many connections are opened. */
  readonly connections: number;
  /** The number of open connections swings between none and this many, so that both idleness and load occur. */
  readonly heldAtMost: number;
}

/** What is done in one step: a connection is opened, or one that was opened before is closed. */
export type SequenceStep = { readonly open: Client } | { readonly close: Client };

export interface PlayedSequence {
  /** In the order in which they were added. */
  readonly servers: readonly RealServer[];
  /** The address that clients connect to. */
  readonly destination: string;
  readonly steps: readonly SequenceStep[];
  /** What the director says of its servers at the end. */
  readonly listed: readonly ListedServer[];
}

/** Packets that are sent at once. */
const BURST = 200;

export async function playSequence(service: Service, plan: SequencePlan): Promise<PlayedSequence> {
  const steps = stepsOf(service, plan);
  await service.meetServers();
  let sent = 0;
  let settleAt = BURST;
  for (const step of steps) {
    if ('open' in step) {
      service.open(step.open);
      sent += 2;
    } else {
      service.segment(step.close, 'FA');
      sent += 1;
    }
    if (sent < settleAt) continue;
    await service.stage.settle();
    settleAt = sent + BURST;
  }
  await service.stage.settle();
  const { vip } = service.stage;
  return { servers: service.servers, destination: vip, steps, listed: await service.listedServers() };
}

/** A whole swing from none held to the most and back, in connections. */
const SWING = 80;
const CLIENTS = 250;

function stepsOf(service: Service, { connections, heldAtMost }: SequencePlan): SequenceStep[] {
  const steps: SequenceStep[] = [];
  const held: Client[] = [];
  for (let i = 0; i < connections; i++) {
    const client = service.client(i, 1 + (scattered(i) % CLIENTS));
    steps.push({ open: client });
    held.push(client);
    const limit = heldAtMost * (1 - Math.abs((2 * (i % SWING)) / SWING - 1));
    while (held.length > limit) {
      const [closed] = held.splice(scattered(i + held.length) % held.length, 1);
      steps.push({ close: closed! });
    }
  }
  return steps;
}

/** A number that looks drawn at random, always the same for the same `i`. */
function scattered(i: number): number {
  return (Math.imul(i + 1, 0x9e3779b1) >>> 0) % 65_521;
}
