import { applyRules, parseRules } from '../../director/control/rules.ts';
import { Core } from '../../director/core.ts';
import type { NetworkSnapshot } from '../../director/network/snapshot.ts';
import { HEADROOM_BYTES, Packet } from '../../director/packet.ts';
import { seededRandom } from '../../director/random.ts';
import { VERDICT, type Verdict } from '../../director/verdict.ts';
import { formatIpv4 } from '../../director/wire/addresses.ts';
import { ARP_REPLY, ARP_REQUEST, arpOperation, arpTargetIp, writeArp } from '../../director/wire/arp.ts';
import { ETHERTYPE, etherType, writeEthernet } from '../../director/wire/ethernet.ts';

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
  readonly verdict: Verdict;
  /** What the machine's own stack has or is given: the frame itself, or a datagram put together from fragments. */
  readonly handed: Uint8Array | undefined;
}

export interface MemoryDirectorOptions {
  /** As `DirectorOptions.icmpRateLimitMs`. */
  readonly icmpRateLimitMs?: number;
  readonly maxConnections?: number;
}

/** MAC addresses by IP address. Who has one answers ARP at once; nobody else answers. */
export type Stations = Pick<ReadonlyMap<string, Uint8Array>, 'get'>;

const TICK_MS = 20;
const DEFAULT_CONNECTIONS = 4096;
/** Where random numbers begin: the same ones each time. */
const SEED = 0x2545f491;
/** What lies in buffers before frames do: it must never show. */
const STALE = 0xa5;

/** A director in memory, under a clock that stands still until it is told: frames in, frames out. */
export class MemoryDirector {
  readonly core: Core;
  /** Everything it sent, ARP aside. */
  readonly sent: SentFrame[] = [];
  readonly arpSent: PortFrame[] = [];
  nowMs = 1_000;
  readonly #stations: Stations;
  readonly #packet = new Packet();
  readonly #buffer = new Uint8Array(HEADROOM_BYTES + 70_000);
  readonly #arpReplies: PortFrame[] = [];

  constructor(network: NetworkSnapshot, stations: Stations, options: MemoryDirectorOptions = {}) {
    this.#stations = stations;
    this.core = new Core({
      maxConnections: DEFAULT_CONNECTIONS,
      ...options,
      sink: { send: (port, bytes, frame, length) => this.#take(port, bytes.slice(frame, frame + length)) },
      random: seededRandom(SEED),
    });
    this.core.setNetwork(network);
  }

  /** Carries out lines of `ipvsadm -R`. Throws a RuleError. */
  rules(...lines: string[]): void {
    applyRules(this.core.state, parseRules(lines.join('\n')), this.nowMs);
    this.core.rulesChanged();
  }

  /** One frame comes in; whatever it causes has happened when this returns. */
  receive(port: number, frame: Uint8Array): Handled {
    this.#buffer.fill(STALE, 0, HEADROOM_BYTES + frame.length + HEADROOM_BYTES);
    this.#buffer.set(frame, HEADROOM_BYTES);
    const packet = this.#packet;
    packet.set(this.#buffer, HEADROOM_BYTES, frame.length, port);
    const verdict = this.core.receive(packet, this.nowMs);
    const left = packet.bytes.slice(packet.frame, packet.frame + packet.length);
    if (verdict === VERDICT.transmit) this.#take(packet.port, left);
    const isHanded = verdict === VERDICT.pass || verdict === VERDICT.deliver;
    this.#answerArp();
    return { verdict, handed: isHanded ? left : undefined };
  }

  /** Lets time pass. */
  advance(ms: number): void {
    this.advanceTo(this.nowMs + ms);
  }

  /** @param tickUntilMs Timers only run up to here: the kernel's may be late, though never early. */
  advanceTo(endMs: number, tickUntilMs = endMs): void {
    while (this.nowMs < endMs) {
      this.nowMs = Math.min(endMs, this.nowMs + TICK_MS);
      if (this.nowMs > tickUntilMs) continue;
      this.core.tick(this.nowMs);
      this.#answerArp();
    }
  }

  /** What was sent since the last call. */
  takeSent(): SentFrame[] {
    return this.sent.splice(0);
  }

  #take(port: number, frame: Uint8Array): void {
    if (etherType(frame, 0) !== ETHERTYPE.arp) {
      this.sent.push({ port, frame, atMs: this.nowMs });
      return;
    }
    this.arpSent.push({ port, frame });
    const mac = this.#stations.get(formatIpv4(arpTargetIp(frame, 14)));
    if (mac === undefined || arpOperation(frame, 14) !== ARP_REQUEST) return;
    const reply = new Uint8Array(42);
    const asker = frame.subarray(6, 12);
    writeEthernet(reply, 0, asker, mac, ETHERTYPE.arp);
    writeArp(reply, 14, {
      operation: ARP_REPLY,
      senderMac: mac,
      senderIp: arpTargetIp(frame, 14),
      targetMac: asker,
      targetIp: arpTargetIp(frame, 14),
    });
    this.#arpReplies.push({ port, frame: reply });
  }

  #answerArp(): void {
    for (const reply of this.#arpReplies.splice(0)) this.receive(reply.port, reply.frame);
  }
}
