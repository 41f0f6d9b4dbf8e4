/**
 * Runs a core on this machine's interfaces. While frames keep coming no call is made to wait for them, nor for Node's own
 * affairs more often than needed.
 */
import { ConnectionTable, DEFAULT_CAPACITY } from '../connections/table.ts';
import { Core } from '../core.ts';
import { Attachments, type Choice } from '../fast-path/attachments.ts';
import { FastPath } from '../fast-path/fast-path.ts';
import type { LeftFastPath } from '../fast-path/former.ts';
import type { Descriptors, RingDescriptor } from '../handover/descriptors.ts';
import { ImageWriter } from '../handover/image-writer.ts';
import type { SharedMemory } from '../handover/shared-memory.ts';
import type { FrameSink } from '../network/sender.ts';
import type { NetworkSnapshot } from '../network/snapshot.ts';
import type { RandomSource } from '../random.ts';
import type { ShortcutState } from '../shortcut.ts';
import { restoreState, type StateImage } from '../state-image.ts';
import { Arena } from './arena.ts';
import { HANDED_BACK_MARK } from './arrival-program.ts';
import { DIRECTOR_MARK } from './egress-rules.ts';
import { EventLoopYield, TURN_MS } from './event-loop-yield.ts';
import { FrameIntake } from './frame-intake.ts';
import { freePages } from './free-memory.ts';
import type { Groundwork } from './groundwork.ts';
import { InheritedRings } from './inherited-rings.ts';
import { KernelGuard } from './kernel-guard.ts';
import { NetworkWatch } from './network-watch.ts';
import { PollSet } from './poll-set.ts';
import { PortSet } from './port-set.ts';
import { OUTER, StackPort } from './stack-port.ts';

/** Longest wait for a frame, so that timers are looked at. */
const WAIT_MS = 20;
/** The same where a pause is waited for. */
const PAUSE_WAIT_MS = 1;
const TICK_MS = 20;

/** What another director has left that this one goes on with. */
export interface Left {
  readonly rings: readonly RingDescriptor[];
  /** What forwards established connections still. */
  readonly fastPath: LeftFastPath | undefined;
}

export interface EngineOptions {
  /** Where its connections lie. It goes on with what another director has left there. */
  readonly memory: SharedMemory;
  readonly groundwork: Groundwork;
  /** Whether there may still be what another director has given to the kernel, whose place it takes. */
  readonly replaces: boolean;
  /** How packets of established connections are forwarded. */
  readonly fastPath: Choice;
  readonly left?: Left | undefined;
  /** Gives a source of random numbers at its beginning, for each core. */
  readonly random: () => RandomSource;
  /** Told, in a sentence, what a person should know of. */
  readonly log: (text: string) => void;
}

export class Engine {
  #core: Core;
  readonly #random: () => RandomSource;
  readonly #arena: Arena;
  readonly #ports: PortSet;
  readonly #poll: PollSet;
  /** All sockets with a ring. */
  #rings: readonly RingDescriptor[] = [];
  readonly #intake: FrameIntake;
  readonly #node = new EventLoopYield();
  readonly #network: NetworkWatch;
  readonly #guard: KernelGuard;
  readonly #stack: StackPort;
  #stopping = false;
  /** There were frames when it last looked. */
  #hasFrames = false;
  #finished: Promise<void> = Promise.resolve();
  #lastTickMs = 0;
  readonly #fastPath: FastPath | undefined;
  readonly #memory: SharedMemory;
  readonly #images: ImageWriter;
  /** Set once another director goes on with its sockets, and with what the fast path has in the kernel. */
  #leavesAll = false;

  private constructor(
    { random, log, memory, fastPath, left, groundwork }: EngineOptions,
    image: StateImage | undefined,
    rings: InheritedRings,
    arena: Arena,
    stack: StackPort,
    guard: KernelGuard,
  ) {
    this.#arena = arena;
    this.#stack = stack;
    this.#network = new NetworkWatch(groundwork.changes, {
      state: () => this.core.state,
      wake: () => this.#node.wake(),
      take: (snapshot) => this.#takeNetwork(snapshot),
      log,
    });
    this.#guard = guard;
    this.#memory = memory;
    this.#images = new ImageWriter(memory.images, () => memory.now(), log);
    this.#ports = new PortSet(arena, rings, left === undefined);
    this.#poll = new PollSet(arena);
    this.#random = random;
    const draw = random();
    this.#core = this.#newCore(
      new ConnectionTable(draw(), DEFAULT_CAPACITY, memory.table, (rows) => memory.release(rows)),
    );
    this.#intake = new FrameIntake(this.#core, {
      arena,
      ports: this.#ports,
      stack,
      now: () => memory.now(),
      log,
      // Replies to a client on this machine are claimed before its first packet is sent.
      beforeSending: () => this.#followClaims(),
    });
    if (fastPath !== 'off') {
      this.#fastPath = new FastPath(
        {
          attachments: new Attachments(fastPath),
          marks: { sent: DIRECTOR_MARK, handedBack: HANDED_BACK_MARK },
          capacity: DEFAULT_CAPACITY,
          now: () => this.now(),
          log,
          // Without an image nobody knows what lies where in its maps.
          former: image && left?.fastPath,
        },
        this.#core.state,
      );
    }
    if (image !== undefined) restoreState(this.#core.state, image, this.now());
  }

  /**
   * Attaches to every interface of this network namespace, those added later included.
   * @throws SystemCallError without the rights for packet sockets; KernelGuardError if nftables refuses.
   */
  static async open(options: EngineOptions): Promise<Engine> {
    // The guard comes first: it is what only one director in a namespace can have.
    const guard = new KernelGuard({ handover: OUTER, replaces: options.replaces, log: options.log });
    const arena = new Arena();
    const image = options.memory.images.read();
    const rings = new InheritedRings(options.left?.rings ?? []);
    // Frames that wait belong to connections that nobody knows of any more.
    if (image === undefined) rings.close();
    const stack = await StackPort.open(arena, rings, options.replaces);
    const engine = new Engine(options, image, rings, arena, stack, guard);
    try {
      engine.#takeNetwork(options.groundwork.network);
      if (options.left !== undefined) engine.#takeTraffic(options.left, image);
      rings.close();
    } catch (error) {
      await engine.close();
      throw error;
    }
    engine.#finished = engine.#run();
    return engine;
  }

  get core(): Core {
    return this.#core;
  }

  /** Names of the interfaces that it balances on. */
  get portNames(): string[] {
    return this.#ports.list.map(({ port }) => port.name);
  }

  /** Where established connections are forwarded past the core. */
  get fastPath(): ShortcutState {
    const fastPath = this.#fastPath;
    if (fastPath !== undefined) return { places: fastPath.places, flows: fastPath.flowCount };
    return { places: Object.fromEntries(this.portNames.map((name) => [name, 'off'])), flows: 0 };
  }

  /** Frames that the kernel did not take for sending. */
  get lostFrames(): number {
    return this.#ports.list.reduce((sum, { outbox }) => sum + outbox.lost, this.#stack.outbox.lost);
  }

  /** Frames that could not be taken in, with the port, the reason and what may be done, as a sentence. */
  get untakenFrames(): Readonly<Record<string, number>> {
    return this.#intake.untakenFrames;
  }

  /** What it cannot do on this machine, as sentences. */
  get warnings(): readonly string[] {
    return this.#guard.warning === undefined ? [] : [this.#guard.warning];
  }

  /** Time on the clock that the core is given, in milliseconds. */
  now(): number {
    return this.#memory.now();
  }

  /** What another director can go on with. */
  get descriptors(): Descriptors {
    const rings = this.#rings;
    const fastPath = this.#fastPath?.descriptors;
    return fastPath === undefined ? { rings } : { rings, fastPath };
  }

  /** The sockets that the rules which it has given the kernel last as long as. */
  get sockets(): number[] {
    return this.#guard.sockets;
  }

  /** Runs `change` on the rules, between packets, and makes the kernel's guard follow even if it throws midway. */
  changeRules(change: () => void): void {
    // What has arrived already was seen by the stack under the old rules, so it is judged by them here too.
    this.#intake.drain();
    this.#fastPath?.harvest();
    try {
      change();
    } finally {
      this.#fastPath?.rulesChanged();
      this.core.rulesChanged();
      this.#programGuard();
      this.#images.rulesChanged(this.core.state);
    }
  }

  /** Resolves once what has come in was worked on, or packets have had as long as a turn of other work has. */
  async letPacketsPass(): Promise<void> {
    const fromMs = this.now();
    do await this.#node.turnBeside();
    while (this.#hasFrames && this.now() - fromMs < TURN_MS);
  }

  /** Deals with everything that has come in so far, and does what is due by time, now rather than in its turn. */
  settle(): void {
    this.#intake.drainAll();
    this.#tick(this.now());
  }

  /** Begins anew with a core that knows nothing but the network. */
  reset(): void {
    this.#intake.drain();
    const { routes, connections } = this.core.state;
    const { snapshot } = routes;
    const core = this.#newCore(connections.table);
    this.#fastPath?.replaceState(core.state);
    connections.table.clear();
    this.#core = core;
    this.#intake.core = core;
    core.setNetwork(snapshot);
    this.#programGuard();
    this.#images.rulesChanged(this.core.state);
    this.#tick(this.now());
  }

  /** Resolves when the engine has ended, by `close` or because of an error, which it throws then. */
  get finished(): Promise<void> {
    return this.#finished;
  }

  /**
   * Takes in no more frames. What it knows is in the memory then, for another one to go on with.
   * @param leavesAll Whether that one, or its keeper, has open all that `descriptors` names: packets wait, and flows go on.
   */
  async halt(leavesAll: boolean): Promise<void> {
    await this.#cease();
    this.#leavesAll = leavesAll;
    if (leavesAll) this.#fastPath?.catchUp();
    else this.#fastPath?.close();
    this.#images.write(this.core.state);
  }

  /** @param isReplaced Whether another one goes on: what that one will have replaced is left alone. */
  async close(isReplaced = false): Promise<void> {
    await this.#cease();
    if (this.#leavesAll) this.#fastPath?.letGo();
    else this.#fastPath?.close();
    this.#guard.close();
    this.#intake.close();
    this.#ports.close(this.#leavesAll);
    this.#network.close();
    await this.#stack.close(isReplaced, this.#leavesAll);
    this.#arena.close();
  }

  async #cease(): Promise<void> {
    this.#stopping = true;
    await Promise.all([this.#finished.catch(() => undefined), this.#network.cease()]);
  }

  #newCore(table: ConnectionTable): Core {
    const send: FrameSink['send'] = (port, bytes, frame, length) =>
      this.#ports.outbox(port)?.queueCopy(bytes, frame, length);
    return new Core({
      sink: { send },
      random: this.#random(),
      table,
      routeSource: this.#network.routes,
      freePages,
      wallClockMs: Date.now,
      knownNeighbour: (port, address) => this.#network.neighbours.find(port, address),
    });
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      const worked = this.#intake.drain();
      this.#hasFrames = worked;
      const nowMs = this.now();
      const hasMore = this.#fastPath?.settle(nowMs, !worked) === true;
      if (nowMs - this.#lastTickMs >= TICK_MS) this.#tick(nowMs);
      if (!worked && !hasMore && this.#node.isQuiet) {
        await this.#poll.wait(this.#fastPath?.hasWaiting === true ? PAUSE_WAIT_MS : WAIT_MS);
        if (this.#poll.eventLoopIsReady) this.#node.wake();
        // Read at once, or it would be ready again and again until the next tick.
        if (this.#poll.firstIsReady) this.#network.takeChanges();
      }
      if (this.#node.isDue(nowMs)) await this.#node.yieldNow(nowMs);
    }
  }

  #tick(nowMs: number): void {
    this.#lastTickMs = nowMs;
    this.core.tick(nowMs);
    this.#fastPath?.tick(nowMs);
    this.#images.tick(this.core.state);
    this.#ports.flush();
    this.#followClaims();
    this.#network.takeChanges();
    this.#network.follow();
  }

  /** What waits in another director's rings is this one's, and so are the flows that it has left to the kernel. */
  #takeTraffic({ fastPath: former }: Left, image: StateImage | undefined): void {
    former?.stop();
    // Before anything that takes time: what arrives meanwhile waits in the rings.
    this.#ports.listen();
    if (former === undefined) return;
    former.remove();
    if (image !== undefined) former.count(this.core.state, image.countedElsewhere);
    if (image === undefined || this.#fastPath === undefined) former.close();
  }

  #takeNetwork(snapshot: NetworkSnapshot): void {
    this.#intake.drain();
    this.#ports.update(snapshot.ports);
    const { list } = this.#ports;
    const rings = [this.#stack.ring, ...list.flatMap(({ ring, handshakes }) => [ring, handshakes])];
    this.#rings = rings.map(({ descriptor }) => descriptor);
    this.core.setNetwork(snapshot);
    this.#fastPath?.setPorts(list);
    this.#poll.replace([this.#network.fd, ...rings.map(({ fd }) => fd)]);
    this.#programGuard();
  }

  #followClaims(): void {
    if (!this.#guard.mirrors(this.core.state.claims)) this.#programGuard();
  }

  #programGuard(): void {
    const { claims, routes } = this.core.state;
    const { snapshot } = routes;
    const ports = [...this.#ports.list.map(({ port }) => port), ...(snapshot.downPorts ?? [])];
    this.#guard.replace(claims, snapshot, ports);
  }
}
