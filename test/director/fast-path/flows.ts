/**
 * Connections of all kinds that the fast path knows, and frames of them: as they should be, and with something about them
 * that makes them others' business. All of them come in by one interface, which the kernel's test runs have too.
 */
import { FastPath, type FastPathOptions } from '../../../director/fast-path/fast-path.ts';
import type { KernelSide } from '../../../director/fast-path/kernel-side.ts';
import { COURSE } from '../../../director/fast-path/layout.ts';
import { PAUSE_MS } from '../../../director/fast-path/waiting-flows.ts';
import type { Neighbour } from '../../../director/network/neighbour.ts';
import { PROBE_INTERVAL_MS, PROBES } from '../../../director/network/neighbours.ts';
import type { Port } from '../../../director/network/snapshot.ts';
import { seededRandom } from '../../../director/random.ts';
import { VERDICT } from '../../../director/verdict.ts';
import { ipv4, mac } from '../../../director/wire/addresses.ts';
import { attachedNowhere } from '../../../harness/micro/fast-path/attached-nowhere.ts';
import { ACK, PSH, SYN } from '../../../lab/frames/index.ts';
import type { RoutedNetwork } from '../../../lab/memory/route-table.ts';
import { VirtualDirector } from '../../../lab/memory/virtual-director.ts';
import { CHANGES, PLAIN } from './changes.ts';
import {
  type Case,
  type Drawn,
  type Flow,
  frameOf,
  type Kind,
  OWN_MAC,
  plainFrame,
  QUIET,
  type Random,
  VIP,
} from './frames.ts';
import { KernelMaps } from './kernel-maps.ts';
import { HANDED_BACK_MARK, SENT_MARK } from './marks.ts';

/** The loopback interface. */
export const PORT = 1;
const MTU_BYTES = 1500;
/** As many packets go the slow way. */
const SLOW_PACKETS = 8;

export const NETWORK: RoutedNetwork = {
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

const KINDS: readonly Kind[] = [
  { protocol: 'tcp', port: 80, serverPort: 8080, option: '-m' },
  { protocol: 'tcp', port: 443, serverPort: 443, option: '-m' },
  { protocol: 'udp', port: 53, serverPort: 5353, option: '-m' },
  { protocol: 'tcp', port: 81, serverPort: 81, option: '-g' },
  { protocol: 'udp', port: 82, serverPort: 82, option: '-g' },
  { protocol: 'tcp', port: 83, serverPort: 83, option: '-i' },
  { protocol: 'udp', port: 84, serverPort: 84, option: '-i' },
];

export class Flows {
  readonly director: VirtualDirector;
  readonly fastPath: FastPath;
  readonly flows: readonly Flow[];
  readonly #random: Random;
  #kernel: KernelSide | undefined;

  readonly kinds = KINDS;
  /** Undefined for stations that do not answer. */
  readonly #macs = new Map<string, string | undefined>();
  readonly maps: KernelMaps;

  /** @param room As `FastPathOptions.room`. */
  constructor(seed: number, room?: FastPathOptions['room']) {
    this.#random = seededRandom(seed);
    this.director = new VirtualDirector({
      network: NETWORK,
      neighbours: { get: (address) => (this.#macs.has(address) ? this.#macs.get(address) : macOf(address)) },
    });
    this.fastPath = new FastPath(
      {
        attachments: attachedNowhere((kernel) => {
          this.#kernel = kernel;
        }),
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
    const clockOffsetMs = Number(process.hrtime.bigint()) / 1e6 - this.director.nowMs;
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
    this.maps = new KernelMaps(this.kernel, clockOffsetMs, this.flows[0] as Flow);
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
    // Some of them each time, and those of the last time once no packet waits.
    for (let i = 0; i <= this.flows.length; i++) this.fastPath.settle(this.director.nowMs, true);
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
    const course = this.maps.course(flow, isReply);
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

function macOf(address: string): string {
  return `02:00:00:${address.split('.').slice(1).map(hex).join(':')}`;
}

function hex(text: string): string {
  return Number(text).toString(16).padStart(2, '0');
}
