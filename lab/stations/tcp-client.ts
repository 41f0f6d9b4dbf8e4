/** The client’s end of a TCP connection, step by step as a script says, with right sequence numbers. */
import {
  ACK,
  FIN,
  type IpFields,
  PSH,
  RST,
  readTcp,
  SYN,
  segmentLength,
  type TcpFields,
  type TcpSegment,
  tcpOf,
  tcpPacket,
} from '../frames/index.ts';
import type { Station } from './station.ts';
import { MSS_OPTION, seededNumber } from './tcp-server.ts';

export interface TcpClientOptions {
  /** The station’s own address unless given. */
  readonly source?: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
  readonly seed?: number;
  /** How long to wait for an answer, 1000 ms unless given. */
  readonly timeoutMs?: number;
}

export class TcpClient {
  /** Packets that it sent, and those of the connection that it got. */
  readonly sent: Uint8Array[] = [];
  readonly received: Uint8Array[] = [];
  readonly #station: Station;
  readonly #options: TcpClientOptions;
  readonly #source: string;
  #next: number;
  #expected = 0;
  #id = 0;
  /** How much of the inbox it has seen. */
  #seen: number;

  constructor(station: Station, options: TcpClientOptions) {
    this.#station = station;
    this.#options = options;
    this.#source = options.source ?? station.address;
    this.#next = seededNumber(options.seed ?? 1, `${this.#source}:${options.sourcePort}`);
    this.#seen = station.inbox.length;
  }

  /** Sends a SYN and resolves with what answered, if anything did: a SYN with ACK, which it acknowledges, or an RST. */
  async open(): Promise<TcpSegment | undefined> {
    this.segment(SYN, { options: MSS_OPTION });
    const answer = await this.#answer();
    if (answer !== undefined && answer.flags & SYN) {
      this.#expected = sum(answer.sequence, segmentLength(answer));
      this.segment(ACK);
    }
    return answer;
  }

  /** Sends data and resolves with what answered; the data in it is acknowledged. */
  async send(payload: Uint8Array): Promise<TcpSegment | undefined> {
    this.segment(ACK | PSH, { payload });
    return this.#acknowledged(await this.#answer());
  }

  /** Closes its side and resolves with what answered; where that closes the other side, it is acknowledged. */
  async close(): Promise<TcpSegment | undefined> {
    this.segment(FIN | ACK);
    return this.#acknowledged(await this.#answer());
  }

  reset(): void {
    this.segment(RST | ACK);
  }

  /** Sends one segment with the numbers that are due, unless others are given, and moves on by its length. */
  segment(flags: number, fields: Partial<TcpFields> = {}, ip: Partial<IpFields> = {}): Uint8Array {
    const { sourcePort, destination, destinationPort } = this.#options;
    const packet = tcpPacket(
      { source: this.#source, destination, id: ++this.#id & 0xffff, dontFragment: true, ...ip },
      {
        sourcePort,
        destinationPort,
        flags,
        sequence: this.#next,
        ...(flags & ACK && { acknowledgement: this.#expected }),
        ...fields,
      },
    );
    this.#next = sum(this.#next, segmentLength(readTcp(packet)));
    this.sent.push(packet);
    this.#station.send(packet);
    return packet;
  }

  #acknowledged(answer: TcpSegment | undefined): TcpSegment | undefined {
    if (answer === undefined || answer.flags & RST || answer.sequence !== this.#expected) return answer;
    const length = segmentLength(answer);
    this.#expected = sum(this.#expected, length);
    if (length > 0) this.segment(ACK);
    return answer;
  }

  async #answer(): Promise<TcpSegment | undefined> {
    const { timeoutMs } = this.#options;
    const packet = await this.#station.next((one) => this.#isMine(one), {
      from: this.#seen,
      ...(timeoutMs !== undefined && { timeoutMs }),
    });
    if (packet === undefined) return undefined;
    this.#seen = this.#station.inbox.indexOf(packet, this.#seen) + 1;
    this.received.push(packet);
    return readTcp(packet);
  }

  #isMine(packet: Uint8Array): boolean {
    const segment = tcpOf(packet);
    return (
      segment?.isChecksumRight === true &&
      segment.ip.source === this.#options.destination &&
      segment.ip.destination === this.#source &&
      segment.sourcePort === this.#options.destinationPort &&
      segment.destinationPort === this.#options.sourcePort
    );
  }
}

function sum(sequence: number, length: number): number {
  return (sequence + length) % 2 ** 32;
}
