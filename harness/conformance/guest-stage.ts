/**
 * The stage around a director with a machine of its own whose links are in this process: virtual wires, as in memory. Time passes
 * for everybody where a case lets it pass, and nowhere else.
 */
import type { Topology } from '../../lab/index.ts';
import { type InterfaceCapture, MemoryNetwork, VirtualClock } from '../../lab/memory/index.ts';
import type { StationTime } from '../../lab/stations/index.ts';
import type { Stage } from '../../scenarios/kit/stage.ts';
import type { WiredDirector } from '../directors/director-under-test.ts';
import { ScriptedHosts } from './scripted-hosts.ts';
import { ScriptedStage } from './scripted-stage.ts';
import { EndlessTrafficError, StageError } from './stage-commands.ts';
import type { RunningStageDirector } from './stage-director.ts';

/** Longer than anything takes that is not put off on purpose. */
const SETTLE_MS = 50;
/** Longer than a frame is on wires, and less than anybody waits for. */
const UNDER_WAY_MS = 1;
/** So many looks in a row without a frame from it, and all is quiet. */
const QUIET_LOOKS = 2;
/** Two thousand packets take some hundred looks. Two hosts that answer each other for ever take them all. */
const MOST_LOOKS = 10_000;

interface GuestStageOptions {
  readonly topology: Topology;
  /** Number of the case: its clients are in a /24 that follows from it. */
  readonly index: number;
  readonly director: RunningStageDirector;
  readonly machine: WiredDirector;
}

export class GuestStage extends ScriptedStage implements Stage {
  readonly lab = 'memory';
  readonly #director: RunningStageDirector;
  readonly #machine: WiredDirector;
  readonly #clock = new VirtualClock();
  readonly #network: MemoryNetwork;
  protected readonly cast: ScriptedHosts;
  /** Of the director's. */
  #framesSent = 0;
  #framesReceived = 0;
  #ended = false;

  constructor({ topology, index, director, machine }: GuestStageOptions) {
    super(topology, index);
    this.#director = director;
    this.#machine = machine;
    this.#network = new MemoryNetwork(topology, this.#clock);
    const clock = this.#clock;
    const time: StationTime = {
      get nowMs() {
        return clock.nowMs;
      },
      after: (ms, action) => clock.after(ms, action),
      until: (condition, timeoutMs) => this.#until(condition, timeoutMs),
    };
    this.cast = new ScriptedHosts(topology, {
      time,
      send: (host, port, frame) => {
        this.#refuseLate();
        this.#network.send(host, port, frame);
      },
    });
    for (const [name, station] of this.cast.stations) this.#network.plug(name, station);
    const { wires } = machine;
    this.#network.plug('director', {
      receive: (port, frame) => {
        this.#framesReceived++;
        wires.send(port, frame);
      },
    });
    wires.onFrame = (port, frame) => {
      this.#framesSent++;
      this.#network.send('director', port, frame);
    };
  }

  get #framesAtDirector(): number {
    return this.#framesSent + this.#framesReceived;
  }

  get director(): RunningStageDirector {
    this.#refuseLate();
    return this.#director;
  }

  get captures(): readonly InterfaceCapture[] {
    return this.#network.captures;
  }

  async wait(ms: number): Promise<void> {
    // What has been sent came before.
    await this.#quiet();
    await this.#pass(ms);
    await this.#quiet();
  }

  /** As in memory, it takes a moment of everybody's time. */
  async settle(): Promise<void> {
    await this.#director.ownSent();
    await this.#quiet();
    await this.#pass(SETTLE_MS);
    await this.#quiet();
    await this.#director.ownReceived();
  }

  /** Whoever is asked something meanwhile answers at that time. */
  async #pass(ms: number): Promise<void> {
    let before = this.#framesAtDirector;
    await this.#machine.running.machine.passTime(ms, {
      dueInMs: () => this.#clock.dueInMs,
      stepped: async (stepMs) => {
        this.#clock.advance(stepMs);
        if (this.#framesAtDirector !== before) await this.#quiet();
        before = this.#framesAtDirector;
      },
    });
  }

  /** Frames move from host to host while the wires' clock is set on, but through the director in a time of their own. */
  async #quiet(): Promise<void> {
    let quiet = 0;
    for (let looks = 0; quiet < QUIET_LOOKS; looks++) {
      this.#refuseLate();
      if (looks === MOST_LOOKS) {
        throw new EndlessTrafficError(
          `frames keep coming: in ${MOST_LOOKS} looks there was no quiet on the links`,
        );
      }
      const before = this.#framesSent;
      this.#clock.advance(UNDER_WAY_MS);
      await this.#machine.running.settle();
      quiet = this.#framesSent === before ? quiet + 1 : 0;
    }
  }

  /** Nothing happens any more, and nothing that the case still tries. */
  end(): void {
    this.#ended = true;
    this.#machine.wires.onFrame = () => undefined;
  }

  async #until(condition: () => boolean, timeoutMs: number): Promise<void> {
    if (condition()) return;
    await this.#quiet();
    if (!condition()) await this.wait(timeoutMs);
  }

  /** A script that failed in one place may go on in another: the next case must not notice. */
  #refuseLate(): void {
    if (this.#ended) throw new StageError('the case is over');
  }
}
