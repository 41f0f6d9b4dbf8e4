/**
 * Connections of all kinds that the fast path knows, and frames of them: as they should be, and with something about them
 * that makes them others' business. All of them come in by one interface, which the kernel's test runs have too.
 */
import { FastPath, type FastPathOptions } from '../../../director/fast-path/fast-path.ts';
import type { KernelSide } from '../../../director/fast-path/kernel-side.ts';
import {
  BOARD,
  COURSE,
  COURSE_SHIFT,
  FLOW,
  KEY,
  KEY_BYTES,
  LINE_SHIFT,
  LINES_OF_A_GROUP,
  NEVER,
  SLOT_BYTES,
  WAY,
  WAY_SHIFT,
} from '../../../director/fast-path/layout.ts';
import { PAUSE_MS } from '../../../director/fast-path/waiting-flows.ts';
import type { Neighbour } from '../../../director/network/neighbour.ts';
import { PROBE_INTERVAL_MS, PROBES } from '../../../director/network/neighbours.ts';
import type { NetworkSnapshot, Port } from '../../../director/network/snapshot.ts';
import { seededRandom } from '../../../director/random.ts';
import { VERDICT } from '../../../director/verdict.ts';
import { ipv4, mac } from '../../../director/wire/addresses.ts';
import { ACK, FIN, ipFrame, PSH, RST, SYN, tcpPacket, udpPacket } from '../../../lab/frames/index.ts';
import { VirtualDirector } from '../../../lab/memory/virtual-director.ts';
import { SharedValue } from '../../../native/bpf/maps.ts';

/** The loopback interface. */
export const PORT = 1;
const VIP = '10.99.0.1';
const OWN_MAC = '02:00:00:00:00:01';
const MTU_BYTES = 1500;
export const HANDED_BACK_MARK = 0x7a;
const SENT_MARK = 0x7b;
/** As many packets go the slow way. */
const SLOW_PACKETS = 8;

export const NETWORK: NetworkSnapshot = {
  ports: [
    {
      index: PORT,
      name: 'lo',
      mac: mac(OWN_MAC),
      linkHeaderBytes: 14,
      mtuBytes: MTU_BYTES,
      addresses: [
        { address: ipv4('10.0.1.1'), prefixLength: 24 },
        { address: ipv4('10.0.2.1'), prefixLength: 24 },
      ],
    },
  ],
  localAddresses: ['10.0.1.1', '10.0.2.1', VIP].map(ipv4),
  routes: ['10.0.1.0', '10.0.2.0'].map((network) => ({
    network: ipv4(network),
    prefixLength: 24,
    port: PORT,
    metric: 0,
  })),
  ipForward: true,
};

export interface Kind {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  readonly serverPort: number;
  readonly option: '-m' | '-g' | '-i';
}

const KINDS: readonly Kind[] = [
  { protocol: 'tcp', port: 80, serverPort: 8080, option: '-m' },
  { protocol: 'tcp', port: 443, serverPort: 443, option: '-m' },
  { protocol: 'udp', port: 53, serverPort: 5353, option: '-m' },
  { protocol: 'tcp', port: 81, serverPort: 81, option: '-g' },
  { protocol: 'udp', port: 82, serverPort: 82, option: '-g' },
  { protocol: 'tcp', port: 83, serverPort: 83, option: '-i' },
  { protocol: 'udp', port: 84, serverPort: 84, option: '-i' },
];

export interface Flow extends Kind {
  readonly client: string;
  readonly clientPort: number;
  readonly server: string;
}

/** A frame, and what is known of it beforehand. */
export interface Case {
  readonly name: string;
  readonly frame: Uint8Array;
  readonly flow: Flow;
  readonly isReply: boolean;
  /** What must become of it; `ends`: it is left to the director, and its flow with it. Else what the core sends decides. */
  readonly expected: 'taken' | 'left' | 'ends' | 'as the core';
  readonly segmentBytes: number;
  readonly mark: number;
}

type Random = () => number;

export class Flows {
  readonly director: VirtualDirector;
  readonly fastPath: FastPath;
  readonly flows: readonly Flow[];
  readonly #random: Random;
  #kernel: KernelSide | undefined;
  #table: Int32Array | undefined;

  readonly kinds = KINDS;
  /** Undefined for stations that do not answer. */
  readonly #macs = new Map<string, string | undefined>();
  /** Between the machine's monotonic clock and the director's. */
  readonly #clockOffsetMs: number;
  /** The one that all flows were entered in. */
  readonly #epoch: number;

  /** @param room As `FastPathOptions.room`. */
  constructor(seed: number, room?: FastPathOptions['room']) {
    this.#random = seededRandom(seed);
    this.director = new VirtualDirector({
      network: NETWORK,
      neighbours: { get: (address) => (this.#macs.has(address) ? this.#macs.get(address) : macOf(address)) },
    });
    this.fastPath = new FastPath(
      {
        attachments: {
          canForward: () => true,
          describe: () => 'nowhere',
          review: () => false,
          follow: (kernel) => {
            this.#kernel = kernel;
          },
          detach: () => undefined,
          letGo: () => undefined,
          descriptors: { links: [], sockets: [] },
        },
        marks: { sent: SENT_MARK, handedBack: HANDED_BACK_MARK },
        capacity: 4096,
        ...(room && { room }),
        now: () => this.director.nowMs,
        log: (text) => {
          throw new Error(text);
        },
      },
      this.director.core.state,
    );
    this.#clockOffsetMs = Number(process.hrtime.bigint()) / 1e6 - this.director.nowMs;
    for (const { protocol, port, serverPort, option } of KINDS) {
      const service = `-${protocol === 'tcp' ? 't' : 'u'} ${VIP}:${port}`;
      this.director.rules(
        `-A ${service} -s rr`,
        ...['10.0.2.11', '10.0.2.12'].map((server) => `-a ${service} -r ${server}:${serverPort} ${option}`),
      );
    }
    this.flows = KINDS.flatMap((kind) => Array.from({ length: 8 }, () => this.establish(kind)));
    this.settle();
    this.director.takeSent();
    const { flows } = this.kernel;
    flows.key.set(keyOf(this.flows[0] as Flow));
    flows.lookup();
    this.#epoch = new DataView(flows.value.buffer).getUint32(FLOW.epoch, true);
  }

  get kernel(): KernelSide {
    if (this.#kernel === undefined) throw new Error('no flow was entered');
    return this.#kernel;
  }

  /** The frame that the core makes of it; undefined where it does not send it on as one. */
  core({ frame, segmentBytes }: Case): Uint8Array | undefined {
    this.director.takeSent();
    const { verdict } =
      segmentBytes > 0
        ? this.director.receiveUnfinished(PORT, frame, segmentBytes)
        : this.director.receive(PORT, frame);
    const [sent] = this.director.takeSent();
    return verdict === VERDICT.transmit ? sent?.frame : undefined;
  }

  /** The next frame. @param maySegment Whether it may be a merged one. */
  next(maySegment: boolean): Case {
    const flow = this.flows[this.#below(this.flows.length)] as Flow;
    const isReply = flow.option === '-m' && this.#below(2) === 0;
    const plain = this.#draw(flow);
    if (maySegment && this.#below(8) === 0) return this.#merged(flow, isReply, plain);
    if (flow.option === '-m' && this.#below(16) === 0) return this.#becomingZero(flow, isReply, plain);
    const change = this.#below(2) === 0 ? undefined : CHANGES[this.#below(CHANGES.length)];
    const { frame, expected } = change?.make(plain, flow.protocol, this.#random) ?? PLAIN;
    const bytes = frame ?? ((it: Uint8Array) => it);
    return {
      name: change?.name ?? 'as it should be',
      frame: bytes(frameOf(flow, isReply, { ...plain, ...change?.fields?.(plain, this.#random) })),
      flow,
      isReply,
      expected,
      segmentBytes: 0,
      mark: change?.mark ?? 0,
    };
  }

  close(): void {
    this.fastPath.close();
  }

  /**
   * Opens a connection and sends packets of it, the slow way.
   * @param server Where it is known without looking.
   */
  establish(kind: Kind, packets = SLOW_PACKETS + 2, server?: string): Flow {
    const client = `10.0.1.${2 + this.#below(250)}`;
    const clientPort = 1024 + this.#below(60_000);
    const open: Flow = { ...kind, client, clientPort, server: '' };
    this.director.takeSent();
    const send = (isReply: boolean, flow: Flow, flags: number) =>
      this.director.receive(PORT, frameOf(flow, isReply, { ...QUIET, flags }));
    send(false, open, SYN);
    const [first] = this.director.takeSent();
    if (first === undefined) throw new Error('a connection was not opened');
    // Who got it is told by the station that the frame goes to.
    const flow = { ...open, server: server ?? `10.0.2.${first.frame[5]}` };
    if (flow.protocol === 'tcp' && flow.option === '-m') send(true, flow, SYN | ACK);
    for (let i = 0; i < packets; i++) {
      send(false, flow, ACK);
      if (flow.option === '-m') send(true, flow, ACK);
    }
    return flow;
  }

  /** Enters the flows that wait, after a pause. */
  settle(): void {
    this.director.advance(PAUSE_MS);
    this.fastPath.settle(this.director.nowMs, true);
  }

  caseOf(flow: Flow, isReply: boolean, flags = ACK): Case {
    const frame = plainFrame(flow, isReply, flags);
    return { name: 'as it should be', frame, flow, isReply, expected: 'taken', segmentBytes: 0, mark: 0 };
  }

  /** A station says that it has another address on the link. */
  answerArp(address: string, station: string): void {
    this.#macs.set(address, station);
    this.director.core.state.neighbours.learn(PORT, ipv4(address), mac(station), 0, this.director.nowMs);
  }

  /** A station answers no more, for as long as that takes to be noticed. */
  silence(address: string): void {
    const { neighbours, routes } = this.director.core.state;
    const neighbour = neighbours.get(
      routes.port(PORT) as Port,
      ipv4(address),
      this.director.nowMs,
    ) as Neighbour;
    this.#macs.set(address, undefined);
    neighbour.confirmedAtMs = Number.NEGATIVE_INFINITY;
    neighbours.usable(neighbour, this.director.nowMs);
    this.director.advance((PROBES + 1) * PROBE_INTERVAL_MS);
  }

  /** Enters a flow again that the programs have let go of. True if they had. */
  renew({ flow, isReply }: Case): boolean {
    const { flows } = this.kernel;
    flows.key.set(keyOf(flow, isReply));
    if (!flows.lookup()) throw new Error('the flow is not in the table');
    const value = new DataView(flows.value.buffer);
    if (value.getUint32(FLOW.epoch, true) !== NEVER) return false;
    value.setUint32(FLOW.epoch, this.#epoch, true);
    flows.update();
    return true;
  }

  /** What the programs have left in the maps, case by case alike where they are. */
  traces(): string[] {
    const counts = [...new BigUint64Array(this.kernel.counters.memory)].filter((count) => count > 0n);
    const used = [...new BigUint64Array(this.kernel.ways.memory)].filter(
      (time, i) => i % (1 << (WAY_SHIFT - 3)) === WAY.lastUsed >> 3 && time > 0n,
    );
    const seen = this.flows.filter((flow) => this.#value(flow).getBigInt64(FLOW.lastSeen, true) > 0n);
    return [counts.sort().join(), String(used.length), String(seen.length)];
  }

  /** As if the clock had been read long ago. */
  forgetClock(): void {
    const board = new DataView(SharedValue.of(this.kernel.maps.board).memory);
    board.setBigInt64(BOARD.tick, 1n, true);
    board.setBigInt64(BOARD.clock, -1n, true);
  }

  /** As if nothing had been counted. */
  forgetCounts(): void {
    new BigUint64Array(this.kernel.counters.memory).fill(0n);
  }

  /** What `look` finds while the flow is of another epoch, comes in elsewhere, or leads nowhere. */
  whileOdd(flow: Flow, look: () => string): string[] {
    const epoch = this.#value(flow).getUint32(FLOW.epoch, true);
    this.#write(flow, FLOW.epoch, epoch + 1);
    const found = [look()];
    this.#write(flow, FLOW.epoch, epoch);
    const course = this.#course(flow);
    const inputPort = course.getUint32(COURSE.inputPort, true);
    course.setUint32(COURSE.inputPort, inputPort + 1, true);
    found.push(look());
    course.setUint32(COURSE.inputPort, inputPort, true);
    const ways = new Int32Array(this.kernel.ways.memory);
    const port = (course.getUint16(COURSE.way, true) << (WAY_SHIFT - 2)) + (WAY.port >> 2);
    ways[port] = 0;
    found.push(look());
    ways[port] = PORT;
    return [...found, ...this.#whileOfAnother(flow, look), ...this.#whileElsewhere(flow, look)];
  }

  /** As if it were a flow whose key differs in a word. */
  #whileOfAnother(flow: Flow, look: () => string): string[] {
    const { table, at } = this.#slotOf(flow);
    return Array.from({ length: KEY_BYTES / 4 }, (_, word) => {
      table[at + word]! ^= 1;
      const seen = look();
      table[at + word]! ^= 1;
      return seen;
    });
  }

  /** As if it had found room in any of the other slots that it may be in, and not in its own. */
  #whileElsewhere(flow: Flow, look: () => string): string[] {
    const { table, at } = this.#slotOf(flow);
    const [slotWords, groupWords] = [SLOT_BYTES / 4, (LINES_OF_A_GROUP << LINE_SHIFT) / 4];
    const group = at - (at % groupWords);
    const places = Array.from({ length: groupWords / slotWords }, (_, slot) => group + slot * slotWords);
    return places.map((place) => {
      if (table[place + (KEY.protocol >> 2)] !== 0) return '';
      const slot = table.slice(at, at + slotWords);
      table.set(slot, place);
      table.fill(0, at, at + slotWords);
      const seen = look();
      table.set(slot, at);
      table.fill(0, place, place + slotWords);
      return seen;
    });
  }

  /** The table's words, and where among them the flow's slot begins. */
  #slotOf(flow: Flow): { readonly table: Int32Array; readonly at: number } {
    this.#table ??= new Int32Array(SharedValue.of(this.kernel.flows.fd).memory);
    const table = this.#table;
    const key = new Int32Array(keyOf(flow).buffer);
    const slotWords = SLOT_BYTES / 4;
    return {
      table,
      at: table.findIndex((_, i) => i % slotWords === 0 && key.every((word, j) => table[i + j] === word)),
    };
  }

  #value(flow: Flow, isReply = false): DataView {
    const { flows } = this.kernel;
    flows.key.set(keyOf(flow, isReply));
    flows.lookup();
    return new DataView(flows.value.buffer);
  }

  #course(flow: Flow, isReply = false): DataView {
    const number = this.#value(flow, isReply).getUint32(FLOW.course, true);
    return new DataView(this.kernel.courses.memory, number << COURSE_SHIFT, 1 << COURSE_SHIFT);
  }

  #write(flow: Flow, field: number, number: number): void {
    this.#value(flow).setUint32(field, number, true);
    this.kernel.flows.update();
  }

  /** As if a flow's last packet had come at that time. */
  setLastSeen(flow: Flow, atMs: number): void {
    const { flows } = this.kernel;
    flows.key.set(keyOf(flow));
    flows.lookup();
    new DataView(flows.value.buffer).setBigUint64(
      FLOW.lastSeen,
      BigInt(Math.round((atMs + this.#clockOffsetMs) * 1e6)),
      true,
    );
    flows.update();
  }

  /** As if no way had been used for long. */
  forgetUse(): void {
    new BigUint64Array(this.kernel.ways.memory).forEach((_value, i, all) => {
      if (i % (1 << (WAY_SHIFT - 3)) === WAY.lastUsed >> 3) all[i] = 0n;
    });
  }

  #draw(flow: Flow): Drawn {
    const sizes = [0, 1, 6, 7, 12, 18, 100, 1000, 1400];
    const most = MTU_BYTES - 20 - (flow.option === '-i' ? 20 : 0) - (flow.protocol === 'tcp' ? 20 : 8);
    const size = this.#below(3) === 0 ? this.#below(most + 1) : (sizes[this.#below(sizes.length)] as number);
    return {
      flags: this.#below(2) === 0 ? ACK : ACK | PSH,
      ttl: 2 + this.#below(254),
      tos: this.#below(256),
      id: this.#below(65_536),
      dontFragment: this.#below(8) !== 0,
      sequence: this.#random(),
      options:
        this.#below(2) === 0 ? [] : [1, 1, 8, 10, ...Array.from({ length: 8 }, () => this.#below(256))],
      payload: Uint8Array.from({ length: Math.min(size, most - 12) }, () => this.#below(256)),
    };
  }

  /** Its transport checksum is what the difference of addresses and ports takes away. */
  #becomingZero(flow: Flow, isReply: boolean, plain: Drawn): Case {
    const course = this.#course(flow, isReply);
    const sum = course.getUint16(COURSE.addressDelta, false) + course.getUint16(COURSE.portDelta, false);
    const checksum = (sum & 0xffff) + (sum >>> 16);
    const frame = frameOf(flow, isReply, { ...plain, checksum });
    return { ...this.caseOf(flow, isReply), name: 'a checksum that becomes 0', frame };
  }

  #merged(flow: Flow, isReply: boolean, plain: Drawn): Case {
    const payload = Uint8Array.from({ length: 2500 }, () => this.#below(256));
    const segmentBytes = [1000, 1440, 1448, 1460, 1472, 1480][this.#below(6)] as number;
    return {
      name: `merged of ${segmentBytes}`,
      frame: frameOf(flow, isReply, { ...plain, payload, dontFragment: true }),
      flow,
      isReply,
      expected: 'as the core',
      segmentBytes,
      mark: 0,
    };
  }

  #below(limit: number): number {
    return this.#random() % limit;
  }
}

interface Drawn {
  readonly flags: number;
  readonly ttl: number;
  readonly tos: number;
  readonly id: number;
  readonly dontFragment: boolean;
  readonly moreFragments?: boolean;
  readonly offsetBytes?: number;
  readonly ipOptions?: readonly number[];
  readonly sequence: number;
  readonly options: readonly number[];
  readonly payload: Uint8Array;
  readonly checksum?: number;
}

const QUIET: Drawn = {
  flags: ACK,
  ttl: 64,
  tos: 0,
  id: 1,
  dontFragment: true,
  sequence: 1,
  options: [],
  payload: new Uint8Array(0),
};

interface Change {
  readonly name: string;
  readonly fields?: (plain: Drawn, random: Random) => Partial<Drawn>;
  readonly mark?: number;
  readonly make: (
    plain: Drawn,
    protocol: 'tcp' | 'udp',
    random: Random,
  ) => { readonly frame?: (frame: Uint8Array) => Uint8Array; readonly expected: Case['expected'] };
}

const PLAIN = { frame: undefined, expected: 'taken' } as const;
const asCore: Change['make'] = () => ({ expected: 'as the core' });
/** A segment's flags mean nothing to UDP. */
const endsIfTcp: Change['make'] = (_plain, protocol) => ({ expected: protocol === 'tcp' ? 'ends' : 'taken' });

function patched(
  name: string,
  at: number,
  value: (old: number, random: Random) => number,
  expected: Case['expected'] = 'as the core',
): Change {
  return {
    name,
    make: (_plain, _protocol, random) => ({
      frame: (frame) => {
        const copy = frame.slice();
        copy[at] = value(copy[at] as number, random) & 255;
        return copy;
      },
      expected,
    }),
  };
}

/** What may be different about a frame. */
const CHANGES: readonly Change[] = [
  { name: 'SYN', fields: () => ({ flags: SYN }), make: endsIfTcp },
  { name: 'SYN of a closed mind', fields: () => ({ flags: SYN | ACK }), make: endsIfTcp },
  { name: 'FIN', fields: () => ({ flags: FIN | ACK }), make: endsIfTcp },
  { name: 'RST', fields: () => ({ flags: RST | ACK }), make: endsIfTcp },
  { name: 'no flags', fields: () => ({ flags: 0 }), make: endsIfTcp },
  { name: 'no ACK', fields: () => ({ flags: PSH }), make: endsIfTcp },
  { name: 'TTL 1', fields: () => ({ ttl: 1 }), make: asCore },
  { name: 'TTL 0', fields: () => ({ ttl: 0 }), make: asCore },
  {
    name: 'first fragment',
    fields: () => ({ moreFragments: true, dontFragment: false }),
    make: () => ({ expected: 'ends' }),
  },
  {
    name: 'last fragment',
    fields: () => ({ offsetBytes: 64, dontFragment: false }),
    make: () => ({ expected: 'left' }),
  },
  {
    name: 'options of IP',
    fields: () => ({ ipOptions: [1, 1, 0xfe, 0xfe] }),
    make: () => ({ expected: 'ends' }),
  },
  {
    name: 'wrong transport checksum',
    fields: (_plain, random) => ({ checksum: 1 + (random() % 65_535) }),
    make: () => ({ expected: 'taken' }),
  },
  { name: 'transport checksum 0', fields: () => ({ checksum: 0 }), make: asCore },
  { name: 'transport checksum ffff', fields: () => ({ checksum: 0xffff }), make: asCore },
  {
    name: 'as large as the link',
    fields: ({ options }) => ({ payload: new Uint8Array(1460 - options.length) }),
    make: asCore,
  },
  {
    name: 'larger by one',
    fields: ({ options }) => ({ payload: new Uint8Array(1461 - options.length) }),
    make: asCore,
  },
  {
    name: 'as large as in a tunnel',
    fields: ({ options }) => ({ payload: new Uint8Array(1440 - options.length) }),
    make: asCore,
  },
  {
    name: 'too large for a tunnel',
    fields: ({ options }) => ({ payload: new Uint8Array(1441 - options.length) }),
    make: asCore,
  },
  {
    name: 'padded',
    make: () => ({ frame: (frame) => Uint8Array.from([...frame, ...new Uint8Array(18)]), expected: 'taken' }),
  },
  { name: 'cut short', make: () => ({ frame: (frame) => frame.slice(0, -1), expected: 'as the core' }) },
  patched('another first byte of the station', 0, (old) => old ^ 4),
  patched('another middle byte of the station', 3, (old) => old ^ 4),
  patched('another last byte of the station', 5, (old) => old ^ 4),
  patched('another kind of frame', 12, (old) => old ^ 0x80),
  patched('another IP version', 14, (old) => old ^ 0x20),
  patched('a shorter header', 14, (old) => old - 1),
  patched('wrong header checksum', 24, (old, random) => old + 1 + (random() % 254)),
  patched('another protocol', 23, () => 132),
  { name: 'handed back', mark: HANDED_BACK_MARK, make: () => ({ expected: 'left' }) },
];

/** A flow's key. */
function keyOf(flow: Flow, isReply = false): Uint8Array {
  const { client, clientPort, server, serverPort, port, protocol } = flow;
  const key = new DataView(new ArrayBuffer(KEY_BYTES));
  key.setInt32(KEY.source, ipv4(isReply ? server : client), false);
  key.setInt32(KEY.destination, ipv4(isReply ? client : VIP), false);
  key.setUint16(KEY.ports, isReply ? serverPort : clientPort, false);
  key.setUint16(KEY.ports + 2, isReply ? clientPort : port, false);
  key.setUint32(KEY.protocol, protocol === 'tcp' ? 6 : 17, true);
  return new Uint8Array(key.buffer);
}

export function plainFrame(flow: Flow, isReply: boolean, flags: number): Uint8Array {
  return frameOf(flow, isReply, { ...QUIET, flags });
}

function frameOf(flow: Flow, isReply: boolean, drawn: Drawn): Uint8Array {
  const { ttl, tos, id, dontFragment, moreFragments = false, offsetBytes = 0, ipOptions = [] } = drawn;
  const ip = {
    source: isReply ? flow.server : flow.client,
    destination: isReply ? flow.client : VIP,
    ttl,
    tos,
    id,
    dontFragment,
    moreFragments,
    offsetBytes,
    options: ipOptions,
  };
  const ports = isReply
    ? { sourcePort: flow.serverPort, destinationPort: flow.clientPort }
    : { sourcePort: flow.clientPort, destinationPort: flow.port };
  const { flags, sequence, options, payload, checksum } = drawn;
  const common = { ...ports, payload, ...(checksum !== undefined && { checksum }) };
  const packet =
    flow.protocol === 'tcp' ? tcpPacket(ip, { ...common, flags, sequence, options }) : udpPacket(ip, common);
  return ipFrame('02:00:00:00:01:63', OWN_MAC, packet);
}

function macOf(address: string): string {
  return `02:00:00:${address.split('.').slice(1).map(hex).join(':')}`;
}

function hex(text: string): string {
  return Number(text).toString(16).padStart(2, '0');
}
