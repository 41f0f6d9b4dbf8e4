/** Plays packet cases around one director with a machine of its own, whose links are in this process. It is as new for each. */
import type { Mode, Topology } from '../../lab/index.ts';
import { packetTopology } from '../../lab/topologies/packet-topology.ts';
import { featuresOf } from '../../scenarios/features.ts';
import type { PacketCase } from '../../scenarios/kit/packet-case.ts';
import type { DirectorUnderTest, WiredDirector } from '../directors/director-under-test.ts';
import { UntrustedError } from '../run/verdict.ts';
import { type CaseRun, caseRunOf, endingOf } from './case-run.ts';
import { GuestStage } from './guest-stage.ts';
import { RunningStageDirector } from './stage-director.ts';

export interface GuestPlayerOptions {
  readonly mode: Mode;
  /** Where the guest’s console goes. */
  readonly runDirectory: string;
  readonly director: DirectorUnderTest & Required<Pick<DirectorUnderTest, 'startOnWires'>>;
}

export class GuestPlayer implements AsyncDisposable {
  readonly #topology: Topology;
  readonly #machine: WiredDirector;
  readonly #director: RunningStageDirector;
  /** Rejects when nothing can be played any more; never resolves. */
  readonly #broken: Promise<never>;

  private constructor(topology: Topology, machine: WiredDirector, director: RunningStageDirector) {
    this.#topology = topology;
    this.#machine = machine;
    this.#director = director;
    this.#broken = machine.running.ended.then((how) => {
      throw new UntrustedError(`the director ended by itself, ${how}`);
    });
    this.#broken.catch(() => undefined);
  }

  /** @throws LabError where it does not start. */
  static async open({ mode, runDirectory, director }: GuestPlayerOptions): Promise<GuestPlayer> {
    const topology = packetTopology(mode);
    const spec = topology.hosts.find(({ role }) => role === 'director');
    if (spec === undefined) throw new Error(`topology ${topology.name} has no director`);
    const machine = await director.startOnWires(spec, runDirectory);
    const { running } = machine;
    const features = featuresOf(director.declared);
    return new GuestPlayer(
      topology,
      machine,
      new RunningStageDirector(spec, running, running.machine, features),
    );
  }

  /**
   * Plays a case on a stage of its own. What the case throws is in the result.
   *
   * @throws UntrustedError, LabError where nothing can be played any more.
   */
  async play(
    one: Pick<PacketCase, 'play'>,
    { index, directory }: { readonly index: number; readonly directory?: string },
  ): Promise<CaseRun> {
    const { running, wires } = this.#machine;
    await Promise.race([this.#director.reset(), this.#broken]);
    // Packets may carry the time of day.
    const epochMs = await Promise.race([wires.wallClockMs(), this.#broken]);
    const stage = new GuestStage({
      ...{ topology: this.#topology, index, director: this.#director, machine: this.#machine },
    });
    const script = async () => {
      const played = await one.play(stage);
      await stage.settle();
      return played;
    };
    try {
      const ended = await Promise.race([endingOf(script), this.#broken]);
      // A case may fail because of the director’s end, before that end is known.
      if (ended.error) await Promise.race([running.settle(), this.#broken]);
      const late = running.lateness?.();
      const run = caseRunOf(this.#topology, stage.captures, epochMs, ended, directory);
      return { ...run, ...(late !== undefined && { late }) };
    } finally {
      stage.end();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#machine.running.stop();
  }
}
