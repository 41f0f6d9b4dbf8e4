/**
 * Schedulers and connection table at scale, in memory under a virtual clock: connections of clients that each have an
 * address of their own arrive at a NAT service at random times and have heavy-tailed durations; each goes through
 * the states of a TCP connection, stays in the table as TIME_WAIT for its two minutes, and expires.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  applyRules,
  Core,
  ipv4,
  PROTOCOL,
  parseRules,
  seededRandom,
  TCP_FLAG,
  type VirtualService,
} from '../../director/index.ts';

import type { ScaleResult } from '../../reports/result-figures.ts';
import { SequenceDigest } from '../../scenarios/fairness/figures/sequence-digest.ts';
import { Balancer } from '../../scenarios/fairness/memory/balancer.ts';
import { RandomNumbers } from '../../scenarios/kit/random-numbers.ts';
import { evennessOf } from '../../statistics/evenness.ts';
import { TimingWheel } from './timing-wheel.ts';

export interface ScaleOptions {
  readonly scheduler: string;
  readonly connections: number;
  /** At most 65,000. */
  readonly servers: number;
  readonly seed: number;
  /** Called with the progress at intervals. */
  readonly progress?: (progress: ScaleProgress) => void;
}

export interface ScaleProgress {
  readonly scheduler: string;
  readonly opened: number;
  readonly connections: number;
  readonly inTable: number;
  readonly memoryBytes: number;
}

/** Each millisecond of virtual time. With the two minutes of TIME_WAIT, six million of them are in the table at once. */
const ARRIVALS_PER_MS = 50;
/** Bounded Pareto: most connections last some hundred milliseconds, a few ten minutes. */
const SHORTEST_MS = 100;
const LONGEST_MS = 600_000;
const TAIL_SHAPE = 1.1;
/** Weights of the servers, in turn. */
const WEIGHTS = [1, 2, 3, 4];

const TABLE_ROWS = 1 << 23;
const TICK_MS = 20;
/** Connections between two progress reports, and how often the load is sampled in a run. */
const BATCH = 50_000;
const SAMPLES = 100;

const VIP = '10.255.0.1';
const PORT = 80;
const FIRST_SERVER = ipv4('10.1.0.1');
const { syn, ack, fin } = TCP_FLAG;

export async function runScale(options: ScaleOptions): Promise<ScaleResult> {
  const run = new ScaleRun(options);
  const startedMs = performance.now();
  for (let opened = 0; opened < options.connections; opened += BATCH) {
    run.open(Math.min(BATCH, options.connections - opened));
    options.progress?.(run.progress);
    // Lets signals through.
    await nextTurn();
  }
  return run.result(performance.now() - startedMs);
}

class ScaleRun {
  readonly #options: ScaleOptions;
  readonly #balancer: Balancer;
  readonly #service: VirtualService;
  readonly #endings = new TimingWheel(LONGEST_MS, TABLE_ROWS);
  readonly #random: RandomNumbers;
  /** Yields each 32-bit number once: no two connections come from the same address. */
  readonly #clients: () => number;
  readonly #digest = new SequenceDigest();
  readonly #served: Float64Array;
  readonly #weights: readonly number[];
  readonly #every: number;
  readonly #flow = {
    protocol: PROTOCOL.tcp as number,
    source: 0,
    sourcePort: 0,
    destination: ipv4(VIP) as number,
    destinationPort: PORT,
  };
  readonly #end = (row: number, atMs: number) => this.#close(row, atMs);
  readonly #loadVariations: number[] = [];
  #opened = 0;
  #refused = 0;
  #nowMs = 0;
  #tickedMs = 0;
  #peak = 0;
  #memoryBytes = 0;

  constructor(options: ScaleOptions) {
    const { scheduler, servers, seed } = options;
    this.#options = options;
    this.#random = new RandomNumbers(seed, 'arrivals and lifetimes');
    this.#clients = seededRandom(seed);
    this.#served = new Float64Array(servers);
    this.#weights = Array.from({ length: servers }, (_, i) => WEIGHTS[i % WEIGHTS.length] as number);
    this.#every = Math.max(1, Math.floor(options.connections / SAMPLES));
    const core = new Core({
      sink: { send: () => undefined },
      random: seededRandom(seed),
      maxConnections: TABLE_ROWS,
    });
    applyRules(core.state, parseRules(rulesFor(scheduler, this.#weights).join('\n')));
    this.#balancer = new Balancer(core);
    this.#service = core.state.services.find(PROTOCOL.tcp, ipv4(VIP), PORT, 0) as VirtualService;
  }

  get progress(): ScaleProgress {
    const { scheduler, connections } = this.#options;
    const inTable = this.#balancer.state.connections.table.size;
    this.#memoryBytes = Math.max(this.#memoryBytes, process.memoryUsage.rss());
    return { scheduler, opened: this.#opened, connections, inTable, memoryBytes: this.#memoryBytes };
  }

  open(count: number): void {
    for (let i = 0; i < count; i++) {
      // Exponential gaps: independent arrivals (a Poisson process).
      this.#nowMs -= Math.log(1 - this.#random.fraction()) / ARRIVALS_PER_MS;
      this.#letTimePass();
      this.#openOne();
      if (this.#opened % this.#every === 0) this.#look();
    }
  }

  result(durationMs: number): ScaleResult {
    const { scheduler, connections, servers } = this.#options;
    const { progress } = this;
    const variations = this.#loadVariations;
    // The first tenth is the time in which the load builds up.
    const settled = variations.slice(Math.floor(variations.length / 10));
    return {
      scheduler,
      connections,
      servers,
      durationMs,
      peakConnections: this.#peak,
      memoryBytes: progress.memoryBytes,
      figures: {
        ...evennessOf(Array.from(this.#served), this.#weights),
        meanLoadVariation: settled.reduce((sum, value) => sum + value, 0) / settled.length,
        refusedConnections: this.#refused,
        virtualSeconds: this.#nowMs / 1000,
      },
      digest: this.#digest.toString(),
    };
  }

  #letTimePass(): void {
    this.#endings.advance(this.#nowMs, this.#end);
    if (this.#nowMs - this.#tickedMs < TICK_MS) return;
    this.#tickedMs = this.#nowMs;
    this.#balancer.state.connections.expire(this.#nowMs);
  }

  #openOne(): void {
    const flow = this.#flow;
    flow.source = this.#clients() | 0;
    flow.sourcePort = 1024 + this.#random.below(64_512);
    const lastsMs = this.#random.pareto(SHORTEST_MS, LONGEST_MS, TAIL_SHAPE);
    const row = this.#balancer.open(flow, this.#service, syn, this.#nowMs);
    this.#opened++;
    if (row < 0) {
      this.#refused++;
      this.#digest.add(row);
      return;
    }
    const server = ((this.#balancer.serverOf(row).address - FIRST_SERVER) | 0) as number;
    this.#served[server] = (this.#served[server] as number) + 1;
    this.#digest.add(server);
    this.#balancer.fromServer(row, PROTOCOL.tcp, syn | ack, this.#nowMs);
    this.#balancer.fromClient(row, PROTOCOL.tcp, ack, this.#nowMs);
    this.#endings.put(row, this.#nowMs + lastsMs);
  }

  #close(row: number, atMs: number): void {
    this.#balancer.fromClient(row, PROTOCOL.tcp, fin | ack, atMs);
    this.#balancer.fromServer(row, PROTOCOL.tcp, fin | ack, atMs);
    this.#balancer.fromClient(row, PROTOCOL.tcp, ack, atMs);
  }

  #look(): void {
    this.#peak = Math.max(this.#peak, this.#balancer.state.connections.table.size);
    const active = this.#service.destinations.map((server) => server.activeConnections).reverse();
    this.#loadVariations.push(evennessOf(active, this.#weights).coefficientOfVariation);
  }
}

function rulesFor(scheduler: string, weights: readonly number[]): string[] {
  const service = `-t ${VIP}:${PORT}`;
  return [
    `-A ${service} -s ${scheduler}`,
    ...weights.map((weight, i) => `-a ${service} -r ${serverAddress(i)}:${PORT} -m -w ${weight}`),
  ];
}

function serverAddress(index: number): string {
  const low = 1 + index;
  return `10.1.${low >>> 8}.${low & 255}`;
}
