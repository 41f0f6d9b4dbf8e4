/**
 * Plays a queue scenario in memory under a virtual clock: the director's core chooses, and servers with a few workers and
 * a queue each do the work. Networks take no time here, so schedulers differ by their choices alone.
 */

import {
  applyRules,
  type Core,
  ipv4,
  PROTOCOL,
  parseRules,
  TCP_FLAG,
  type VirtualService,
} from '../../director/index.ts';
import { MODES } from '../../lab/modes.ts';

import { type ServicePlace, setUpRules } from '../../scenarios/fairness/addresses.ts';
import { Balancer } from '../../scenarios/fairness/memory/balancer.ts';
import type { PlannedService } from '../../scenarios/fairness/plan/plan.ts';
import type { Arrival, QueueRun } from '../../scenarios/fairness/scenario.ts';

const { syn, ack, fin } = TCP_FLAG;

interface Job {
  readonly arrival: number;
  readonly row: number;
  readonly workMs: number;
}

interface Server {
  free: number;
  readonly line: Job[];
}

export interface QueueOptions {
  readonly slowness: readonly number[];
  readonly workers: number;
}

export function playQueuesInMemory(
  service: PlannedService,
  place: ServicePlace,
  arrivals: readonly Arrival[],
  { slowness, workers }: QueueOptions,
  core: Core,
): QueueRun {
  applyRules(core.state, parseRules(setUpRules(service, place).join('\n')));
  core.rulesChanged();
  const balancer = new Balancer(core);
  const found = core.state.services.find(PROTOCOL.tcp, ipv4(place.vip), place.port, 0) as VirtualService;
  const servers = place.rips.map((): Server => ({ free: workers, line: [] }));
  const decisions: number[] = [];
  const latenciesMs = new Array<number>(arrivals.length).fill(0);
  const ends: { readonly atMs: number; readonly server: number; readonly job: Job }[] = [];

  const work = (server: number, job: Job, nowMs: number) => {
    ends.push({ atMs: nowMs + job.workMs * (slowness[server] as number), server, job });
    ends.sort((a, b) => b.atMs - a.atMs || b.job.arrival - a.job.arrival);
  };
  const finishUntil = (nowMs: number) => {
    for (let next = ends.at(-1); next !== undefined && next.atMs <= nowMs; next = ends.at(-1)) {
      const { atMs, server, job } = next;
      ends.pop();
      latenciesMs[job.arrival] = atMs - (arrivals[job.arrival] as Arrival).atMs;
      end(job.row, atMs);
      const { line } = servers[server] as Server;
      const waiting = line.shift();
      if (waiting === undefined) (servers[server] as Server).free++;
      else work(server, waiting, atMs);
    }
  };
  const fromServer = (row: number, flags: number, nowMs: number) => {
    if (MODES[place.mode].repliesPassDirector) balancer.fromServer(row, PROTOCOL.tcp, flags, nowMs);
  };
  // The server ends the connection after its answer, and the client at once its own side.
  const end = (row: number, nowMs: number) => {
    fromServer(row, fin | ack, nowMs);
    balancer.fromClient(row, PROTOCOL.tcp, fin | ack, nowMs);
  };

  arrivals.forEach(({ atMs, workMs, client, clientPort }, arrival) => {
    finishUntil(atMs);
    const flow = {
      protocol: PROTOCOL.tcp,
      source: ipv4(client),
      sourcePort: clientPort,
      destination: ipv4(place.vip),
      destinationPort: place.port,
    };
    const row = balancer.open(flow, found, syn, atMs);
    if (row < 0) throw new Error('a queue scenario has a server for everybody');
    fromServer(row, syn | ack, atMs);
    balancer.fromClient(row, PROTOCOL.tcp, ack, atMs);
    const { address } = balancer.serverOf(row);
    const server = place.rips.findIndex((rip) => ipv4(rip) === address);
    decisions.push(server);
    const state = servers[server] as Server;
    const job = { arrival, row, workMs };
    if (state.free === 0) state.line.push(job);
    else {
      state.free--;
      work(server, job, atMs);
    }
  });
  finishUntil(Number.POSITIVE_INFINITY);
  return { decisions, latenciesMs };
}
