/** A core between a client's and the servers' side, whose stations are all known, and calls that put frames into it. */
import {
  ARP_REPLY,
  applyRules,
  arpTargetIp,
  Core,
  ETHERTYPE,
  etherType,
  formatIpv4,
  HEADROOM_BYTES,
  ipv4,
  Packet,
  parseRules,
  VERDICT,
  writeArp,
  writeEthernet,
} from '../../director/index.ts';
import { flagBits } from '../../lab/frames/index.ts';
import {
  CLIENT_PORT,
  CLIENT_SIDE_MAC,
  macOf,
  NETWORK,
  SERVER_PORT,
  SERVER_SIDE_MAC,
} from '../replay/network.ts';
import { type Endpoint, tcpFrame } from '../replay/segments.ts';

export const VIRTUAL: Endpoint = { address: ipv4('10.99.0.1'), port: 80 };
export const SERVER: Endpoint = { address: ipv4('10.0.2.11'), port: 80 };
const ROUTER = ipv4('10.0.1.2');
/** Packets that are looked at under one reading of the clock, as an engine does. */
const BATCH = 64;
const BATCH_MS = 0.05;

export class CoreLab {
  readonly core: Core;
  readonly #packet = new Packet();
  readonly #questions: { readonly port: number; readonly address: number }[] = [];
  nowMs = 1000;

  constructor(method: '-m' | '-g' | '-i', maxConnections?: number) {
    this.core = new Core({
      sink: {
        send: (port, bytes, frame) => {
          if (etherType(bytes, frame) !== ETHERTYPE.arp) return;
          this.#questions.push({ port, address: arpTargetIp(bytes, frame + 14) });
        },
      },
      random: () => 0x2545f491,
      maxConnections,
    });
    this.core.setNetwork(NETWORK);
    const vip = `${formatIpv4(VIRTUAL.address)}:${VIRTUAL.port}`;
    const rules = `-A -t ${vip} -s rr\n-a -t ${vip} -r ${formatIpv4(SERVER.address)}:${SERVER.port} ${method}`;
    applyRules(this.core.state, parseRules(rules));
    this.core.rulesChanged();
    const client = { address: ipv4('10.8.0.1'), port: 999 };
    this.put(CLIENT_PORT, tcpFrame(fromRouter(), client, VIRTUAL, flagBits('S')));
    this.put(SERVER_PORT, tcpFrame(fromServer(), SERVER, client, flagBits('SA')));
  }

  /** Puts one frame in. */
  put(port: number, frame: Uint8Array): number {
    const bytes = new Uint8Array(HEADROOM_BYTES + frame.length);
    bytes.set(frame, HEADROOM_BYTES);
    this.#packet.set(bytes, HEADROOM_BYTES, frame.length, port);
    const verdict = this.core.receive(this.#packet, this.nowMs);
    this.#answerQuestions();
    return verdict;
  }

  /** Lets time pass, and what is due by it happen. */
  advance(ms: number): void {
    this.nowMs += ms;
    this.core.tick(this.nowMs);
    this.#answerQuestions();
  }

  /** A call that puts the same frame in again and again; it must be forwarded. */
  feed(port: number, frame: Uint8Array): () => number {
    const bytes = new Uint8Array(HEADROOM_BYTES + frame.length);
    const packet = new Packet();
    // A variable and not the field: reading a field that holds a fraction makes an object each time.
    let nowMs = this.nowMs;
    let calls = 0;
    return () => {
      if (++calls % BATCH === 0) {
        this.nowMs += BATCH_MS;
        nowMs = this.nowMs;
      }
      bytes.set(frame, HEADROOM_BYTES);
      packet.set(bytes, HEADROOM_BYTES, frame.length, port);
      const verdict = this.core.receive(packet, nowMs);
      if (this.#questions.length > 0) this.#answerQuestions();
      if (verdict !== VERDICT.transmit)
        throw new Error(`expected the frame to be forwarded, got verdict ${verdict}`);
      return verdict;
    };
  }

  #answerQuestions(): void {
    for (const { port, address } of this.#questions.splice(0)) {
      const mac = port === CLIENT_PORT ? CLIENT_SIDE_MAC : SERVER_SIDE_MAC;
      const reply = new Uint8Array(42);
      writeEthernet(reply, 0, mac, macOf(address), ETHERTYPE.arp);
      writeArp(reply, 14, {
        operation: ARP_REPLY,
        senderMac: macOf(address),
        senderIp: ipv4(formatIpv4(address)),
        targetMac: mac,
        targetIp: ipv4(formatIpv4(address)),
      });
      this.put(port, reply);
    }
  }
}

export function fromRouter() {
  return { from: macOf(ROUTER), to: CLIENT_SIDE_MAC };
}

export function fromServer() {
  return { from: macOf(SERVER.address), to: SERVER_SIDE_MAC };
}
