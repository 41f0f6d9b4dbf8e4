/** The stage in memory: virtual wires, a virtual clock, and the director’s core on a machine of its own. */
import { join } from 'node:path';
import type { DirectorSnapshot } from '../../director/index.ts';
import type { Host, Mode, Topology } from '../../lab/index.ts';
import { type InterfaceCapture, MemoryNetwork, VirtualClock } from '../../lab/memory/index.ts';
import { bareStack, ScriptedStation, type Station } from '../../lab/stations/index.ts';
import { DirectorMachine } from '../directors/memory/director-machine.ts';
import { carryOut, printed } from './ipvsadm.ts';
import type { PacketCase } from './packet-case.ts';
import { captureFileName, type Play } from './play.ts';
import { SeenPackets } from './seen-packets.ts';
import type { Stage, StageDirector } from './stage.ts';
import { CLIENTS_PREFIX, clientAddress, packetTopology } from './topology.ts';

export interface MemoryPlayOptions {
  /** What all random choices follow from. */
  readonly seed: number;
  /** Number of the case: its clients are in a /24 that follows from it. */
  readonly index: number;
  /** Where its captures are or will be kept: findings name their files. */
  readonly directory?: string;
}

/** Virtual time begins here, so that captures of two runs are equal. */
const EPOCH_MS = Date.UTC(2020, 0, 1);
/** Longer than anything takes that is not put off on purpose. */
const SETTLE_MS = 50;
const METHODS = { nat: '-m', dr: '-g', tun: '-i' } as const;
const TOPOLOGIES: Readonly<Record<Mode, Topology>> = {
  nat: packetTopology('nat'),
  dr: packetTopology('dr'),
  tun: packetTopology('tun'),
};

/** Plays a case on a stage of its own. What the case throws is in the result. */
export async function playInMemory(
  one: Pick<PacketCase, 'play'>,
  mode: Mode,
  options: MemoryPlayOptions,
): Promise<Play> {
  const stage = new MemoryStage(mode, options);
  let played: unknown;
  let error: Error | undefined;
  try {
    played = await one.play(stage);
    await stage.settle();
  } catch (thrown) {
    error = thrown instanceof Error ? thrown : new Error(String(thrown));
  }
  const { captures, topology } = stage;
  const fileOf = (capture: InterfaceCapture) => join(options.directory ?? '', captureFileName(capture));
  const seen = new SeenPackets({ topology, captures, epochMs: EPOCH_MS, fileOf });
  return { seen, played, ...(error && { error }), captures, epochMs: EPOCH_MS };
}

export class MemoryStage implements Stage {
  readonly lab = 'memory';
  readonly mode: Mode;
  readonly topology: Topology;
  readonly client: Station;
  readonly servers: readonly [Station, Station, Station];
  readonly director: StageDirector;
  readonly #index: number;
  readonly #clock = new VirtualClock();
  readonly #network: MemoryNetwork;

  constructor(mode: Mode, { seed, index }: MemoryPlayOptions) {
    this.mode = mode;
    this.#index = index;
    this.topology = TOPOLOGIES[mode];
    this.#network = new MemoryNetwork(this.topology, this.#clock);
    this.client = this.#station('client', [CLIENTS_PREFIX]);
    this.servers = [this.#station('rs1'), this.#station('rs2'), this.#station('rs3')];
    if (this.topology.hosts.some(({ name }) => name === 'router')) this.#station('router').answer(bareStack);
    this.director = this.#director(seed);
  }

  get vip(): string {
    return this.topology.vip;
  }

  get dip(): string {
    return this.topology.dip;
  }

  get method(): Stage['method'] {
    return METHODS[this.mode];
  }

  get captures(): readonly InterfaceCapture[] {
    return this.#network.captures;
  }

  clientAddress(n = 1): string {
    return clientAddress(this.#index, n);
  }

  async wait(ms: number): Promise<void> {
    this.#clock.advance(ms);
  }

  async settle(): Promise<void> {
    this.#clock.advance(SETTLE_MS);
  }

  #station(name: string, standsFor: readonly string[] = []): ScriptedStation {
    const station = new ScriptedStation({
      spec: this.#host(name),
      time: this.#clock,
      send: (port, frame) => this.#network.send(name, port, frame),
      standsFor,
    });
    this.#network.plug(name, station);
    return station;
  }

  #director(seed: number): StageDirector {
    const spec = this.#host('director');
    const machine = new DirectorMachine({
      topology: this.topology,
      spec,
      clock: this.#clock,
      seed,
      send: (port, frame) => this.#network.send(spec.name, port, frame),
    });
    this.#network.plug(spec.name, machine);
    return new MemoryStageDirector(spec, machine, this.#network);
  }

  #host(name: string): Host {
    const found = this.topology.hosts.find((host) => host.name === name);
    if (found === undefined) throw new Error(`topology ${this.topology.name} has no host ${name}`);
    return found;
  }
}

class MemoryStageDirector implements StageDirector {
  readonly clientSideMac: string;
  readonly serverSideMac: string;
  readonly #machine: DirectorMachine;
  readonly #network: MemoryNetwork;
  readonly #host: string;
  readonly #serverSidePort: string;

  constructor({ name, interfaces }: Host, machine: DirectorMachine, network: MemoryNetwork) {
    const first = interfaces[0];
    const last = interfaces.at(-1);
    if (first === undefined || last === undefined) throw new Error(`${name} has no interface`);
    this.clientSideMac = first.mac;
    this.serverSideMac = last.mac;
    this.#serverSidePort = last.name;
    this.#host = name;
    this.#machine = machine;
    this.#network = network;
  }

  async rules(...lines: string[]): Promise<void> {
    await carryOut(this.#machine.ipvsadm, lines);
  }

  ipvsadm(...args: string[]): Promise<string> {
    return printed(this.#machine.ipvsadm, args);
  }

  async set(setting: string, value: number): Promise<void> {
    this.#machine.set(setting, value);
  }

  async setServerSideMtu(bytes: number): Promise<void> {
    this.#network.setMtu(this.#host, this.#serverSidePort, bytes);
    this.#machine.setMtu(this.#serverSidePort, bytes);
  }

  async setIpForward(on: boolean): Promise<void> {
    this.#machine.setIpForward(on);
  }

  async snapshot(): Promise<DirectorSnapshot> {
    return this.#machine.snapshot();
  }
}
