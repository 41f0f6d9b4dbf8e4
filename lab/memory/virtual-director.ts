/** A director in memory: the packet path and rules of the real one, under a virtual clock. Frames go in and come out. */
import {
  applyRules,
  ConnectionTable,
  Core,
  type DirectorOptions,
  type DirectorSnapshot,
  type FrameVerdict,
  HEADROOM_BYTES,
  Images,
  ImageWriter,
  imageLines,
  imagesBytes,
  ipv4,
  LocalBackend,
  type LocalBackendOptions,
  type MarkWords,
  mac,
  Packet,
  parseMark,
  parseRules,
  parseSetting,
  restoreState,
  seededRandom,
  snapshotOf,
  tableBytes,
  VERDICT,
} from '../../director/index.ts';
import { arpAnswer, ETHERTYPE_ARP, etherTypeOf, readArp, readEthernet } from '../frames/index.ts';
import { type Ipvsadm, ipvsadmOn } from '../ipvsadm.ts';
import { type RoutedNetwork, RouteTable } from './route-table.ts';
import { isTaken } from './stack-tap.ts';
import { VirtualClock } from './virtual-clock.ts';

/** A frame and the port that it came in on or goes out of. */
export interface PortFrame {
  readonly port: number;
  readonly frame: Uint8Array;
}

/** A frame that the director has sent. */
export interface SentFrame extends PortFrame {
  /** On the director's clock. */
  readonly atMs: number;
}

export interface Handled {
  readonly verdict: FrameVerdict;
  /** What the machine's own stack gets: the frame itself, or a datagram reassembled from fragments. */
  readonly handed: Uint8Array | undefined;
}

/** MAC addresses by IP address, both as text. */
export type Neighbours = Pick<ReadonlyMap<string, string>, 'get'>;

export interface VirtualDirectorOptions {
  readonly network: RoutedNetwork;
  /** A clock of its own unless given. */
  readonly clock?: VirtualClock;
  /** What its random choices follow from; the same ones each time unless given. */
  readonly seed?: number;
  /** Takes the frames that it sends, which are not changed afterwards. Unless given, they are kept in `sent`. */
  readonly send?: (port: number, frame: Uint8Array) => void;
  /** Stations that answer its ARP requests at once. Nobody else does; a station behind `send` may. */
  readonly neighbours?: Neighbours;
  /** How often it does what is due by time alone: every 20 ms, as the real one does, unless given. */
  readonly tickMs?: number;
  /** As `DirectorOptions.icmpRateLimitMs`. */
  readonly icmpRateLimitMs?: number | undefined;
  /** As `DirectorOptions.schedulers`. */
  readonly schedulers?: DirectorOptions['schedulers'];
  /** 4096 unless given. */
  readonly maxConnections?: number | undefined;
  /** As `DirectorOptions.table`. */
  readonly table?: DirectorOptions['table'];
  /** The byte that fills the buffer around each frame, as earlier frames might: it must never show. */
  readonly behind?: number;
  /** What its `ipvsadm` finds, where that is not what every director has. */
  readonly kernel?: Pick<LocalBackendOptions, 'daemons' | 'orderKey'>;
}

/** What comes from the machine's own stack comes by no port. */
const NO_PORT = 0;
const ETHERNET_HEADER_BYTES = 14;
const TICK_MS = 20;
const MAX_CONNECTIONS = 4096;
const SEED = 0x2545f491;
/** Of what one process leaves for the next: some 20,000 real servers. */
const IMAGE_BYTES = 8 << 20;
/** As many as an image is written of before a change of rules is confirmed. */
const FEW_SERVICES = 100;
/** What lies in buffers before frames do, unless another byte is asked for. */
const STALE = 0xa5;

/** One for all directors: a frame has been dealt with before the next one is put here. */
const buffer = new Uint8Array(HEADROOM_BYTES + 70_000);

/** What one process leaves for the next, and who writes it. */
interface Heir {
  readonly memory: ArrayBuffer;
  readonly writer: ImageWriter;
}

export class VirtualDirector {
  readonly clock: VirtualClock;
  /** All that it sent, ARP aside; empty if it was given a `send`. */
  readonly sent: SentFrame[] = [];
  /** The ARP packets among what it sent; empty if it was given a `send`. */
  readonly arpSent: SentFrame[] = [];
  readonly #options: VirtualDirectorOptions;
  readonly #routes = new RouteTable(() => this.nowMs);
  readonly #random: () => number;
  #core: Core;
  #kernel: LocalBackend;
  readonly #packet = new Packet();
  readonly #behind: number;
  readonly #send: (port: number, frame: Uint8Array) => void;
  readonly #neighbours: Neighbours | undefined;
  readonly #arpAnswers: PortFrame[] = [];
  /** Stations that its machine vouches for. */
  readonly #permanent = new Map<string, ReturnType<typeof mac>>();
  #network: RoutedNetwork;
  #heir: Heir | undefined;
  #timersUntilMs = Number.POSITIVE_INFINITY;
  #freePages = Number.POSITIVE_INFINITY;
  #givenBackBytes = 0;

  constructor(options: VirtualDirectorOptions) {
    this.clock = options.clock ?? new VirtualClock();
    this.#send = options.send ?? ((port, frame) => this.#keep(port, frame));
    this.#neighbours = options.neighbours;
    this.#behind = options.behind ?? STALE;
    this.#options = options;
    this.#random = seededRandom(options.seed ?? SEED);
    this.#core = this.#newCore(options.table);
    this.#kernel = this.#newKernel();
    this.#network = options.network;
    this.setNetwork(options.network);
    this.#tick();
    this.clock.every(options.tickMs ?? TICK_MS, () => this.#tick());
  }

  get core(): Core {
    return this.#core;
  }

  get kernel(): LocalBackend {
    return this.#kernel;
  }

  get ipvsadm(): Ipvsadm {
    return ipvsadmOn(this.#kernel);
  }

  /** Has another core go on in the place of this one, with what one process hands on to the next: as text, and what that one would hand on. */
  handOver(): { readonly left: string; readonly taken: string } {
    const { state } = this.#core;
    const left = [...imageLines(state)].join('\n');
    this.#heir ??= this.#newHeir();
    const { memory, writer } = this.#heir;
    // With a few services a change is there once it is confirmed, with many soon afterwards.
    writer.rulesChanged(state);
    if (state.services.size > FEW_SERVICES) writer.write(state);
    const successor = new Images(memory);
    const image = successor.isReadable ? successor.read() : undefined;
    if (image === undefined)
      throw new Error('what one process has left for the next is no image of its state');
    const { length, buffer } = state.connections.table.expiresAtMs;
    this.#core = this.#newCore(this.#newTable(this.#random(), buffer as ArrayBuffer, length));
    this.#kernel = this.#newKernel();
    restoreState(this.#core.state, image, this.nowMs);
    this.#core.setNetwork(this.#network);
    this.#core.rulesChanged();
    return { left, taken: [...imageLines(this.#core.state)].join('\n') };
  }

  /** Memory for images, with one in it, as where the rules have changed before. */
  #newHeir(): Heir {
    const memory = new ArrayBuffer(imagesBytes(IMAGE_BYTES));
    const images = new Images(memory);
    images.format(0);
    const writer = new ImageWriter(
      images,
      () => this.nowMs,
      (text) => {
        throw new Error(text);
      },
    );
    writer.write(this.#core.state);
    return { memory, writer };
  }

  #newCore(table: DirectorOptions['table']): Core {
    const { maxConnections = MAX_CONNECTIONS, icmpRateLimitMs, schedulers } = this.#options;
    return new Core({
      ...{ maxConnections, icmpRateLimitMs, schedulers, random: this.#random, routeSource: this.#routes },
      table: table ?? this.#newTable(SEED, new ArrayBuffer(tableBytes(maxConnections)), maxConnections),
      wallClockMs: () => this.nowMs,
      freePages: () => this.#freePages,
      knownNeighbour: (port, address) => this.#permanent.get(neighbourText(port, address)),
      sink: {
        send: (port, bytes, frame, length) => this.#transmit(port, bytes.slice(frame, frame + length)),
      },
    });
  }

  /** As where the system takes pages back: what is given back is zero. */
  #newTable(key: number, memory: ArrayBuffer, capacity: number): ConnectionTable {
    return new ConnectionTable(key, capacity, memory, ({ buffer, byteOffset, byteLength }) => {
      new Uint8Array(buffer, byteOffset, byteLength).fill(0);
      this.#givenBackBytes += byteLength;
    });
  }

  #newKernel(): LocalBackend {
    return new LocalBackend({
      ...this.#options.kernel,
      state: this.#core.state,
      now: () => this.nowMs,
      change: (apply) => this.changeRules(apply),
    });
  }

  get nowMs(): number {
    return this.clock.nowMs;
  }

  get network(): RoutedNetwork {
    return this.#network;
  }

  setNetwork(network: RoutedNetwork): void {
    this.#network = network;
    this.#routes.replace(network);
    this.core.setNetwork(network);
  }

  /** Has its machine have these routes, of which the director is told no more than that some have changed. */
  setRoutes(routes: RoutedNetwork['routes']): void {
    this.#network = { ...this.#network, routes };
    this.#routes.replace(this.#network);
    this.core.state.routes.forget();
  }

  /** Carries out lines of `ipvsadm -R`. @throws RuleError that names the line. */
  rules(...lines: readonly string[]): void {
    const rules = parseRules(lines.join('\n'));
    this.changeRules(() => applyRules(this.core.state, rules, this.nowMs));
  }

  /** As `lvs-lab director mark` does. */
  mark(words: MarkWords): void {
    this.changeRules(() => this.core.state.marks.set(parseMark(words)));
  }

  /** Sets `net.ipv4.vs.<name>`. @throws RuleError if there is no such setting, or it does not take that value. */
  set(name: string, value: number): void {
    this.core.state.set(parseSetting(`${name}=${value}`));
  }

  /** Has its machine vouch for the MAC address of a station, or no longer. */
  setPermanentNeighbour(port: number, address: string, macText: string | undefined): void {
    const { neighbours } = this.core.state;
    const name = neighbourText(port, ipv4(address));
    if (macText === undefined) {
      this.#permanent.delete(name);
      // As where the machine has lost count of what has changed.
      neighbours.recheckAll();
    } else {
      this.#permanent.set(name, mac(macText));
      neighbours.recheck(port, ipv4(address));
    }
  }

  /** Has its machine have so much memory left, in pages of 4 KiB: at first it is never short. */
  setFreePages(pages: number): void {
    this.#freePages = pages;
  }

  snapshot(): DirectorSnapshot {
    return snapshotOf(this.core.state, this.nowMs);
  }

  /** What it keeps of rules, connections and clients: counts by name, and as text its claims and what it would hand on to another beside settings and totals. */
  kept(): Readonly<Record<string, number | string>> {
    const { state } = this.core;
    const { connections, services, claims, localClients, neighbours } = state;
    return {
      connections: connections.table.size,
      'bytes given back': this.#givenBackBytes,
      services: services.size,
      claims: claimsText(claims),
      'local clients': localClients.size,
      neighbours: neighbours.size,
      'handed on': [...imageLines(state)].filter((_, i) => i > 0).join('\n'),
    };
  }

  /** One frame comes in; all that it causes at once has happened when this returns. */
  receive(port: number, frame: Uint8Array): Handled {
    return this.#take(port, frame, (packet) => this.core.receive(packet, this.nowMs));
  }

  /** Whether the guard in front of the machine's own stack drops that one's copy of a frame, as it is the director's. */
  claims(port: number, frame: Uint8Array): boolean {
    this.#put(port, frame);
    return this.core.claims(this.#packet);
  }

  /**
   * One frame whose sender left its checksum to hardware, and the cutting into segments as well, unless `segmentBytes` is 0.
   * A frame sent on whole leaves the same to hardware again.
   */
  receiveUnfinished(port: number, frame: Uint8Array, segmentBytes: number): Handled {
    return this.#take(port, frame, (packet) => {
      packet.checksumPending = true;
      packet.segmentBytes = segmentBytes;
      return this.core.receive(packet, this.nowMs);
    });
  }

  /** Whether a frame that the machine's own stack is about to send is the director's to see first. */
  takes(frame: Uint8Array): boolean {
    const packet = this.#put(NO_PORT, frame);
    packet.parseIp(packet.frame + ETHERNET_HEADER_BYTES);
    return isTaken(this.core.state.claims, packet);
  }

  /** One frame that the machine's own stack was about to send. */
  receiveOwnOutput(frame: Uint8Array): Handled {
    return this.#take(NO_PORT, frame, (packet) => this.core.receiveOwnOutput(packet, this.nowMs));
  }

  /** Whether a packet with this mark of netfilter's is the director's to see before the machine's own stack. */
  takesMarked(mark: number): boolean {
    return this.core.state.claims.marks.has(String(mark));
  }

  /** One frame that the machine's stack was about to take in, with a mark of netfilter's. */
  receiveMarked(frame: Uint8Array, mark: number): Handled {
    return this.#take(NO_PORT, frame, (packet) => {
      packet.mark = mark;
      return this.core.receiveMarked(packet, this.nowMs);
    });
  }

  #take(port: number, frame: Uint8Array, look: (packet: Packet) => FrameVerdict): Handled {
    const packet = this.#put(port, frame);
    const verdict = look(packet);
    const left = () => packet.bytes.slice(packet.frame, packet.frame + packet.length);
    const handed = verdict === VERDICT.pass || verdict === VERDICT.deliver ? left() : undefined;
    if (verdict === VERDICT.transmit) this.#transmit(packet.port, left());
    this.#receiveArpAnswers();
    return { verdict, handed };
  }

  #put(port: number, frame: Uint8Array): Packet {
    buffer.fill(this.#behind, 0, HEADROOM_BYTES + frame.length + HEADROOM_BYTES);
    buffer.set(frame, HEADROOM_BYTES);
    this.#packet.set(buffer, HEADROOM_BYTES, frame.length, port);
    return this.#packet;
  }

  /** What was sent since the last call, ARP aside. */
  takeSent(): SentFrame[] {
    return this.sent.splice(0);
  }

  /** Lets time pass on its clock. */
  advance(ms: number): void {
    this.advanceTo(this.nowMs + ms);
  }

  /** @param timersUntilMs Timers run only up to here: the kernel's may be late, though never early. */
  advanceTo(endMs: number, timersUntilMs = Number.POSITIVE_INFINITY): void {
    if (endMs <= this.nowMs) return;
    this.#timersUntilMs = timersUntilMs;
    this.clock.advance(endMs - this.nowMs);
    this.#tick();
    this.#timersUntilMs = Number.POSITIVE_INFINITY;
  }

  #tick(): void {
    if (this.nowMs > this.#timersUntilMs) return;
    this.core.tick(this.nowMs);
    this.#receiveArpAnswers();
  }

  /** Has happen what follows from a change of rules, whether or not it throws. */
  changeRules(change: () => void): void {
    try {
      change();
    } finally {
      this.core.rulesChanged();
    }
  }

  #transmit(port: number, frame: Uint8Array): void {
    this.#send(port, frame);
    if (this.#neighbours === undefined || etherTypeOf(frame) !== ETHERTYPE_ARP) return;
    const arp = readArp(readEthernet(frame).payload);
    const mac = arp.operation === 'request' ? this.#neighbours.get(arp.targetIp) : undefined;
    if (mac !== undefined) this.#arpAnswers.push({ port, frame: arpAnswer(arp, mac) });
  }

  #receiveArpAnswers(): void {
    for (const { port, frame } of this.#arpAnswers.splice(0)) this.receive(port, frame);
  }

  #keep(port: number, frame: Uint8Array): void {
    const kept = etherTypeOf(frame) === ETHERTYPE_ARP ? this.arpSent : this.sent;
    kept.push({ port, frame, atMs: this.nowMs });
  }
}

/** All that is claimed, in an order of its own. */
function claimsText(claims: Core['state']['claims']): string {
  return Object.entries(claims)
    .flatMap(([kind, { list }]) => Array.from(list, (claim) => `${kind} ${JSON.stringify(claim)}`))
    .sort()
    .join('\n');
}

function neighbourText(port: number, address: number): string {
  return `${port} ${address}`;
}
