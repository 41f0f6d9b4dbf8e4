/**
 * Plays packet cases in namespaces: one network and one director process for all cases of a mode. The director forgets
 * everything between two cases; stations are made anew for each.
 */

import { setTimeout as delay } from 'node:timers/promises';
import { ControlError } from '../../director/index.ts';
import { BROADCAST_MAC, ethernetFrame, readEthernet } from '../../lab/frames/index.ts';
import { bringUp, type Lab, type Mode, type Topology, withBareHosts } from '../../lab/index.ts';
import type { TappedFrame } from '../../lab/netns/tap.ts';
import { Taps } from '../../lab/netns/taps.ts';
import { packetTopology } from '../../lab/topologies/packet-topology.ts';
import { stayOnOneProcessor } from '../../native/affinity.ts';
import { featuresOf } from '../../scenarios/features.ts';
import type { PacketCase } from '../../scenarios/kit/packet-case.ts';
import { counted } from '../../statistics/number-text.ts';
import type { DirectorUnderTest, RunningDirector } from '../directors/director-under-test.ts';
import { UntrustedError } from '../run/verdict.ts';
import { type CaseRun, caseRunOf, endingOf } from './case-run.ts';
import { namespaceMachine } from './netns-director.ts';
import { NamespaceStage } from './netns-stage.ts';
import { EndlessTrafficError, StageError } from './stage-commands.ts';
import { RunningStageDirector } from './stage-director.ts';

export interface NamespacePlayerOptions {
  readonly mode: Mode;
  /** Where the director’s log goes. */
  readonly runDirectory: string;
  readonly seed: number;
  readonly director: DirectorUnderTest;
}

export interface NamespacePlayOptions {
  /** Number of the case: its clients are in a /24 that follows from it. */
  readonly index: number;
  /** Where its captures are or will be kept: findings name their files. */
  readonly directory?: string;
}

/**
 * Timers that go by real time go on while a busy machine does something else. A case that took longer than it asked for by more
 * than this may have seen what a timer of the director did meanwhile, and is played again.
 */
const TOLERATED_DELAY_MS = 1_000;
const MOST_TRIES = 3;
/** So many looks in a row without a frame anywhere, each with the director asked in between, and all is quiet. */
const QUIET_LOOKS = 2;
/** Longer than that nothing keeps two hosts speaking, unless they answer each other for ever. */
const SETTLE_LIMIT_MS = 10_000;
/** A director that no longer answers has ended, which is known a moment later. */
const END_KNOWN_WITHIN_MS = 2_000;
/** Time alone proves nothing: on a busy machine it passes between two looks. */
const TELLING_LOOKS = 100;
/** A type that no stack knows (IEEE 802’s first for experiments). */
const HELLO_ETHERTYPE = 0x88b5;
const ETHERNET_HEADER_BYTES = 14;
const DEFAULT_MTU_BYTES = 1500;

/** @throws LabError where no network can be built here, or the director does not start. */
export async function openNamespacePlayer(options: NamespacePlayerOptions): Promise<NamespacePlayer> {
  const topology = packetTopology(options.mode);
  const { runDirectory } = options;
  const lab = await bringUp(withBareHosts(topology, ['director']), { runDirectory });
  try {
    const running = await options.director.start(lab, [], options.seed);
    return new NamespacePlayer(topology, lab, running, options.director);
  } catch (error) {
    await lab[Symbol.asyncDispose]();
    throw error;
  }
}

export class NamespacePlayer implements AsyncDisposable {
  readonly topology: Topology;
  readonly #lab: Lab;
  readonly #director: RunningStageDirector;
  readonly #goesByRealTime: boolean;
  readonly #lateness: () => string | undefined;
  /** Resolves when frames that had come in have been dealt with. */
  readonly #dealtWith: () => Promise<void>;
  readonly #taps: Taps;
  readonly #letGo: () => void;
  /** Rejects when nothing can be played any more; never resolves. */
  readonly #broken: Promise<never>;
  #stage: NamespaceStage | undefined;
  #framesSeen = 0;

  constructor(topology: Topology, lab: Lab, running: RunningDirector, director: DirectorUnderTest) {
    this.topology = topology;
    this.#lab = lab;
    const host = lab.host('director');
    const machine = running.machine ?? namespaceMachine(host, running);
    const features = featuresOf(director.declared);
    this.#director = new RunningStageDirector(host.spec, running, machine, features);
    this.#goesByRealTime = director.setsClock !== true;
    this.#lateness = () => running.lateness?.();
    this.#dealtWith = running.settle ?? (() => delay(director.quietMs));
    // A kernel that forwards keeps packets in order that come in at one processor.
    this.#letGo = running.settle === undefined ? stayOnOneProcessor() : () => undefined;
    this.#taps = Taps.open(lab, (frame) => this.#see(frame));
    const ended = running.ended.then((how) => {
      throw new UntrustedError(`the director ended by itself, ${how}`);
    });
    this.#broken = Promise.race([ended, this.#taps.failed]);
    this.#broken.catch(() => undefined);
  }

  /**
   * Plays a case on a stage of its own. What the case throws is in the result.
   *
   * @throws UntrustedError, LabError where nothing can be played any more.
   */
  async play(one: Pick<PacketCase, 'play'>, options: NamespacePlayOptions): Promise<CaseRun> {
    for (let tries = 1; ; tries++) {
      const { play, lateMs, hasWaited } = await this.#playOnce(one, options);
      const isInTime = !this.#goesByRealTime || lateMs <= TOLERATED_DELAY_MS;
      if (play.error !== undefined || isInTime) return play;
      if (tries < MOST_TRIES) continue;
      const late = `${Math.round(lateMs)} ms late, and no better ${MOST_TRIES} times`;
      // Most cases have nothing to do with time.
      if (!hasWaited) return { ...play, late };
      return {
        ...play,
        error: new StageError(`this machine is too busy for a case that goes by time: ${late}`),
      };
    }
  }

  async #playOnce(one: Pick<PacketCase, 'play'>, { index, directory }: NamespacePlayOptions) {
    await this.#orBroken(() => this.#clear());
    const stage = new NamespaceStage({
      topology: this.topology,
      index,
      director: this.#director,
      send: (host, port, frame) => this.#send(host, port, frame),
      settle: () => this.#settle(),
    });
    this.#stage = stage;
    const script = async () => {
      const played = await one.play(stage);
      await stage.settle();
      return played;
    };
    try {
      const ending = endingOf(() => Promise.race([script(), stage.failed]));
      const ended = await Promise.race([ending, this.#broken]);
      const { lateMs, hasWaited } = stage;
      // A case may fail because of the director’s end, before that end is known.
      if (ended.error) await this.#orBroken(() => this.#dealtWith());
      this.#refuseLoss();
      const late = this.#lateness();
      const run = caseRunOf(this.topology, stage.captures, 0, ended, directory);
      const play = { ...run, ...(late !== undefined && { late }) };
      return { play, lateMs, hasWaited };
    } finally {
      this.#stage = undefined;
      stage.end();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#taps[Symbol.dispose]();
    this.#letGo();
    await this.#lab[Symbol.asyncDispose]();
  }

  /** Asks the director something. @throws UntrustedError if it has ended or does not answer. */
  async #orBroken(ask: () => Promise<void>): Promise<void> {
    try {
      await Promise.race([ask(), this.#broken]);
    } catch (error) {
      if (!(error instanceof ControlError)) throw error;
      await Promise.race([this.#broken, delay(END_KNOWN_WITHIN_MS)]);
      throw new UntrustedError(`the director does not answer: ${error.message}`);
    }
  }

  /** Takes away what the case before has left. What it has sent is off the wires then. */
  async #clear(): Promise<void> {
    await this.#director.reset();
    this.#sayHello();
    this.#taps.drain();
  }

  /** Switches learn where everybody is, so that no frame is flooded to those whom it is not for. */
  #sayHello(): void {
    for (const { name, interfaces } of this.topology.hosts) {
      for (const { name: port, mac } of interfaces) {
        const hello = { source: mac, destination: BROADCAST_MAC, etherType: HELLO_ETHERTYPE };
        this.#taps.send(name, port, ethernetFrame({ ...hello, payload: new Uint8Array(46) }));
      }
    }
  }

  #see(frame: TappedFrame): void {
    if (readEthernet(frame.bytes).etherType === HELLO_ETHERTYPE) return;
    this.#framesSeen++;
    this.#stage?.see(frame);
  }

  /** What is larger than the link does not go out. */
  #send(host: string, port: string, frame: Uint8Array): void {
    const mtu = this.topology.hosts
      .find(({ name }) => name === host)
      ?.interfaces.find(({ name }) => name === port)?.mtu;
    if (frame.length > ETHERNET_HEADER_BYTES + (mtu ?? DEFAULT_MTU_BYTES)) return;
    this.#taps.send(host, port, frame);
  }

  /**
   * Frames move from host to host, and through a kernel’s stack, within the call that sends them; only the director
   * and the stations take their time. So all is quiet when the director has dealt with its rings and nothing new has been
   * seen since.
   */
  async #settle(): Promise<void> {
    const endMs = performance.now() + SETTLE_LIMIT_MS;
    let quiet = 0;
    for (let looks = 1; quiet < QUIET_LOOKS; looks++) {
      this.#taps.drain();
      const before = this.#framesSeen;
      await this.#dealtWith();
      this.#taps.drain();
      quiet = this.#framesSeen === before ? quiet + 1 : 0;
      if (looks >= TELLING_LOOKS && performance.now() > endMs) {
        throw new EndlessTrafficError(
          `frames keep coming: in ${SETTLE_LIMIT_MS} ms there was no quiet on the links`,
        );
      }
    }
  }

  #refuseLoss(): void {
    const [lossy] = this.#taps.lost();
    if (lossy === undefined) return;
    const { host, port, frames } = lossy;
    throw new UntrustedError(
      `${counted(frames, 'frame')} passed ${host} ${port} unseen, so what was seen proves nothing`,
    );
  }
}
