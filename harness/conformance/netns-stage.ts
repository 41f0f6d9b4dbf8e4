/** The stage in namespaces, for one case: scripted hosts on packet sockets around a running director process. */
import type { Topology } from '../../lab/index.ts';
import type { CapturedFrame, InterfaceCapture } from '../../lab/memory/index.ts';
import { RealTime } from '../../lab/netns/real-time.ts';
import type { TappedFrame } from '../../lab/netns/tap.ts';
import type { Stage } from '../../scenarios/kit/stage.ts';
import { ScriptedHosts } from './scripted-hosts.ts';
import { ScriptedStage } from './scripted-stage.ts';
import { StageError } from './stage-commands.ts';
import type { RunningStageDirector } from './stage-director.ts';

/** Frames on all interfaces together. No case comes near it; two hosts that answer each other reach it within seconds. */
const MOST_FRAMES = 100_000;

export interface NamespaceStageOptions {
  readonly topology: Topology;
  /** Number of the case: its clients are in a /24 that follows from it. */
  readonly index: number;
  readonly director: RunningStageDirector;
  readonly send: (host: string, port: string, frame: Uint8Array) => void;
  readonly settle: () => Promise<void>;
}

export class NamespaceStage extends ScriptedStage implements Stage {
  readonly lab = 'netns';
  /** Rejects with what a station or a timer throws; never resolves. */
  readonly failed: Promise<never>;
  readonly #fail: (error: unknown) => void;
  readonly #director: RunningStageDirector;
  readonly #settle: () => Promise<void>;
  readonly #time: RealTime;
  protected readonly cast: ScriptedHosts;
  readonly #captures: (InterfaceCapture & { readonly frames: CapturedFrame[] })[];

  #seen = 0;
  #ended = false;

  constructor({ topology, index, director, send, settle }: NamespaceStageOptions) {
    super(topology, index);
    this.#director = director;
    this.#settle = settle;
    const { promise, reject } = Promise.withResolvers<never>();
    // Who waits for the case hears of it.
    promise.catch(() => undefined);
    this.failed = promise;
    this.#fail = reject;
    this.#time = new RealTime({ fail: reject, settle });
    // What a case has not asked for is not its time.
    if (director.passTime === undefined) director.wait = (ms) => this.#time.until(() => false, ms);
    this.cast = new ScriptedHosts(topology, {
      time: this.#time,
      send: (host, port, frame) => {
        this.#refuseLate();
        this.#time.begin();
        send(host, port, frame);
      },
    });
    this.#captures = topology.hosts.flatMap((host) =>
      host.interfaces.map((port) => ({ host: host.name, interface: port.name, frames: [] })),
    );
  }

  get director(): RunningStageDirector {
    this.#refuseLate();
    return this.#director;
  }

  async settle(): Promise<void> {
    this.#refuseLate();
    await this.#director.ownSent();
    await this.#settle();
    await this.#director.ownReceived();
  }

  async wait(ms: number): Promise<void> {
    const { passTime } = this.director;
    if (passTime === undefined) return this.#time.passed(ms);
    // What has been sent came before.
    await this.settle();
    let before = this.#seen;
    await passTime(ms, {
      stepped: async () => {
        if (this.#seen !== before) await this.settle();
        before = this.#seen;
      },
    });
  }

  /** How much longer the case has taken so far than it asked to wait. */
  get lateMs(): number {
    return this.#time.lateMs;
  }

  /** Whether it has let time pass. */
  get hasWaited(): boolean {
    return this.#time.hasPassed;
  }

  /** A frame was seen on an interface: it is kept, and brought to the station that it came in at. */
  see({ host, port, outgoing, seconds, nanoseconds, bytes }: TappedFrame): void {
    if (this.#seen++ >= MOST_FRAMES) {
      this.#fail(
        new StageError(`more than ${MOST_FRAMES} frames were seen: do hosts answer each other for ever?`),
      );
      return;
    }
    const capture = this.#captures.find((one) => one.host === host && one.interface === port);
    const timeMs = seconds * 1000 + nanoseconds / 1e6;
    capture?.frames.push({ timeMs, direction: outgoing ? 'sent' : 'received', frame: bytes });
    if (outgoing) return;
    try {
      this.cast.stations.get(host)?.receive(port, bytes);
    } catch (error) {
      this.#fail(error);
    }
    this.#time.progress();
  }

  /** Everything that was seen, on every interface of every host, by the kernel’s clock. */
  get captures(): readonly InterfaceCapture[] {
    return this.#captures;
  }

  /** Nothing that the case has planned happens any more, and nothing that it still tries. */
  end(): void {
    this.#ended = true;
    this.#time.end();
  }

  /** A script that failed in one place may go on in another: the next case must not notice. */
  #refuseLate(): void {
    if (this.#ended) throw new StageError('the case is over');
  }
}
