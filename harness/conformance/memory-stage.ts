/** The stage in memory: virtual wires, a virtual clock, and a director in memory. */
import type { Host, Mode, Topology } from '../../lab/index.ts';
import { type InterfaceCapture, MemoryNetwork, VirtualClock } from '../../lab/memory/index.ts';
import { ALL_MODES } from '../../lab/modes.ts';
import { packetTopology } from '../../lab/topologies/packet-topology.ts';
import type { PacketCase } from '../../scenarios/kit/packet-case.ts';
import type { Stage, StageDirector } from '../../scenarios/kit/stage.ts';
import { type CaseRun, caseRunOf, endingOf } from './case-run.ts';
import { MemoryStageDirector } from './memory-director.ts';
import { ScriptedHosts } from './scripted-hosts.ts';
import { ScriptedStage } from './scripted-stage.ts';

export interface MemoryPlayOptions {
  /** What all random choices follow from. */
  readonly seed: number;
  /** Number of the case: its clients are in a /24 that follows from it. */
  readonly index: number;
  /** Where its captures are or will be kept: findings name their files. */
  readonly directory?: string;
  /**
   * Puts something between the case and its director.
   * @param hasTraffic Whether anything has been sent yet.
   */
  readonly watch?: (director: StageDirector, hasTraffic: () => boolean) => StageDirector;
}

/** Virtual time begins here, so that captures of two runs are equal. */
const EPOCH_MS = Date.UTC(2020, 0, 1);
/** Longer than anything takes that is not put off on purpose. */
const SETTLE_MS = 50;
const TOPOLOGIES: ReadonlyMap<Mode, Topology> = new Map(
  ALL_MODES.map((mode) => [mode, packetTopology(mode)]),
);

/** Plays a case on a stage of its own. What the case throws is in the result. */
export async function playInMemory(
  one: Pick<PacketCase, 'play' | 'room'>,
  mode: Mode,
  options: MemoryPlayOptions,
): Promise<CaseRun> {
  const stage = new MemoryStage(mode, { ...options, room: one.room });
  const ending = await endingOf(async () => {
    const played = await one.play(stage);
    await stage.settle();
    return played;
  });
  return caseRunOf(stage.topology, stage.captures, EPOCH_MS, ending, options.directory);
}

export class MemoryStage extends ScriptedStage implements Stage {
  readonly lab = 'memory';
  readonly director: StageDirector;
  protected readonly cast: ScriptedHosts;
  readonly #clock = new VirtualClock();
  readonly #network: MemoryNetwork;

  constructor(
    mode: Mode,
    { seed, index, watch, room }: MemoryPlayOptions & { readonly room?: number | undefined },
  ) {
    super(TOPOLOGIES.get(mode)!, index);
    this.#network = new MemoryNetwork(this.topology, this.#clock);
    this.cast = new ScriptedHosts(this.topology, {
      time: this.#clock,
      send: (host, port, frame) => this.#network.send(host, port, frame),
    });
    for (const [name, station] of this.cast.stations) this.#network.plug(name, station);
    const director = this.#director(seed, room);
    const hasTraffic = () => this.captures.some(({ frames }) => frames.length > 0);
    this.director = watch?.(director, hasTraffic) ?? director;
  }

  get captures(): readonly InterfaceCapture[] {
    return this.#network.captures;
  }

  async wait(ms: number): Promise<void> {
    this.#clock.advance(ms);
  }

  async settle(): Promise<void> {
    this.#clock.advance(SETTLE_MS);
  }

  #director(seed: number, room: number | undefined): StageDirector {
    const spec = this.#host('director');
    const director = new MemoryStageDirector({
      topology: this.topology,
      spec,
      clock: this.#clock,
      network: this.#network,
      seed,
      room,
    });
    this.#network.plug(spec.name, director);
    return director;
  }

  #host(name: string): Host {
    const found = this.topology.hosts.find((host) => host.name === name);
    if (found === undefined) throw new Error(`topology ${this.topology.name} has no host ${name}`);
    return found;
  }
}
