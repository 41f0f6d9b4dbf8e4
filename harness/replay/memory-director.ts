import {
  ARP_REPLY,
  ARP_REQUEST,
  applyRules,
  arpOperation,
  arpTargetIp,
  type Core,
  ETHERTYPE,
  etherType,
  formatIpv4,
  type NetworkSnapshot,
  parseRules,
  writeArp,
  writeEthernet,
} from '../../director/index.ts';

import { type CoreLimits, CoreMachine, type Handled } from '../../lab/memory/core-machine.ts';

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

/** MAC addresses by IP address. Who has one answers ARP at once; nobody else answers. */
export type Stations = Pick<ReadonlyMap<string, Uint8Array>, 'get'>;

const TICK_MS = 20;

/** A director in memory, under a clock that stands still until it is told: frames in, frames out. */
export class MemoryDirector {
  /** Everything it sent, ARP aside. */
  readonly sent: SentFrame[] = [];
  readonly arpSent: PortFrame[] = [];
  nowMs = 1_000;
  readonly #machine: CoreMachine;
  readonly #stations: Stations;
  readonly #arpReplies: PortFrame[] = [];

  constructor(network: NetworkSnapshot, stations: Stations, limits: CoreLimits = {}) {
    this.#stations = stations;
    this.#machine = new CoreMachine({ ...limits, network, send: (port, frame) => this.#take(port, frame) });
  }

  get core(): Core {
    return this.#machine.core;
  }

  /** Carries out lines of `ipvsadm -R`. Throws a RuleError. */
  rules(...lines: string[]): void {
    applyRules(this.core.state, parseRules(lines.join('\n')), this.nowMs);
    this.core.rulesChanged();
  }

  /** One frame comes in; whatever it causes has happened when this returns. */
  receive(port: number, frame: Uint8Array): Handled {
    const handled = this.#machine.receive(port, frame, this.nowMs);
    this.#answerArp();
    return handled;
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
