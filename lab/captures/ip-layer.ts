/** An IPv4 packet within a captured frame, read for judging: with nothing of the director’s own code. */
import { get16, get32, headerBytesOf, ICMP, IPIP, ipv4Fault, SCTP, TCP, UDP } from '../frames/index.ts';
import { transportProblem } from './transport-problem.ts';
import { innerHeaderAt } from './tunnel.ts';

const PORT_BYTES = 4;
const TCP_MIN_HEADER_BYTES = 20;
const ICMP_HEADER_BYTES = 8;

export class IpLayer {
  readonly bytes: Uint8Array;
  /** Offset of the header within the frame. */
  readonly at: number;
  /** Addresses as signed 32-bit numbers. */
  readonly source: number;
  readonly destination: number;
  readonly protocol: number;
  readonly totalBytes: number;
  /** Offset of the transport header. */
  readonly l4: number;

  private constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
    this.source = get32(bytes, at + 12) | 0;
    this.destination = get32(bytes, at + 16) | 0;
    this.protocol = bytes[at + 9] as number;
    this.totalBytes = get16(bytes, at + 2);
    this.l4 = at + headerBytesOf(bytes.subarray(at));
  }

  /** The packet at an offset, or what is wrong with it. */
  static at(bytes: Uint8Array, at: number): IpLayer | string {
    return ipv4Fault(bytes.subarray(at)) ?? new IpLayer(bytes, at);
  }

  /** Its bytes from the header to the end, Ethernet padding left out. */
  get packet(): Uint8Array {
    return this.bytes.subarray(this.at, this.at + this.totalBytes);
  }

  get ttl(): number {
    return this.bytes[this.at + 8] as number;
  }

  get id(): number {
    return get16(this.bytes, this.at + 4);
  }

  get tos(): number {
    return this.bytes[this.at + 1] as number;
  }

  get dontFragment(): boolean {
    return (get16(this.bytes, this.at + 6) & 0x4000) !== 0;
  }

  /** A piece of a packet: the first and the last one too. */
  get isFragment(): boolean {
    return (get16(this.bytes, this.at + 6) & 0x3fff) !== 0;
  }

  get moreFragments(): boolean {
    return (get16(this.bytes, this.at + 6) & 0x2000) !== 0;
  }

  get fragmentOffsetBytes(): number {
    return (get16(this.bytes, this.at + 6) & 0x1fff) * 8;
  }

  get l4Bytes(): number {
    return this.at + this.totalBytes - this.l4;
  }

  get hasPorts(): boolean {
    const { protocol } = this;
    return (
      (protocol === TCP || protocol === UDP || protocol === SCTP) &&
      this.l4Bytes >= PORT_BYTES &&
      !this.isFragment
    );
  }

  get sourcePort(): number {
    return this.hasPorts ? get16(this.bytes, this.l4) : 0;
  }

  get destinationPort(): number {
    return this.hasPorts ? get16(this.bytes, this.l4 + 2) : 0;
  }

  get isTcp(): boolean {
    return this.protocol === TCP && this.l4Bytes >= TCP_MIN_HEADER_BYTES && !this.isFragment;
  }

  /** FIN, SYN, RST, PSH, ACK, URG, ECE and CWR from the lowest bit on. */
  get tcpFlags(): number {
    return this.isTcp ? (this.bytes[this.l4 + 13] as number) : 0;
  }

  get tcpSequence(): number {
    return this.isTcp ? get32(this.bytes, this.l4 + 4) : 0;
  }

  get tcpAcknowledgement(): number {
    return this.isTcp ? get32(this.bytes, this.l4 + 8) : 0;
  }

  /** Bytes of data in a TCP segment. */
  get tcpPayloadBytes(): number {
    return this.isTcp ? this.l4Bytes - ((this.bytes[this.l4 + 12] as number) >> 4) * 4 : 0;
  }

  get isIcmp(): boolean {
    return this.protocol === ICMP && this.l4Bytes >= ICMP_HEADER_BYTES && !this.isFragment;
  }

  get icmpType(): number | undefined {
    return this.isIcmp ? this.bytes[this.l4] : undefined;
  }

  get icmpCode(): number | undefined {
    return this.isIcmp ? this.bytes[this.l4 + 1] : undefined;
  }

  /** The next hop’s MTU as an ICMP “fragmentation needed” says it. */
  get icmpMtu(): number {
    return this.isIcmp ? get16(this.bytes, this.l4 + 6) : 0;
  }

  /** Last four bytes of the ICMP header: identifier and sequence number of an echo. */
  get icmpRest(): number {
    return this.isIcmp ? get32(this.bytes, this.l4 + 4) : 0;
  }

  /** The packet that an ICMP error quotes, usually cut. */
  get icmpQuote(): Uint8Array {
    const end = this.at + this.totalBytes;
    return this.bytes.subarray(this.isIcmp ? this.l4 + ICMP_HEADER_BYTES : end, end);
  }

  /** Offset of the IPv4 header that this one carries in a tunnel. */
  get innerAt(): number | undefined {
    if (this.isFragment) return undefined;
    return innerHeaderAt(this.bytes, this.protocol, this.l4, this.at + this.totalBytes);
  }

  /** What this layer is called where it carries another IP packet. */
  get encapsulation(): 'IPIP' | 'GUE' | 'GRE' {
    if (this.protocol === IPIP) return 'IPIP';
    return this.protocol === UDP ? 'GUE' : 'GRE';
  }

  /** What is wrong with the checksum of the transport header or ICMP message, if anything. */
  get transportProblem(): string | undefined {
    return this.isFragment ? undefined : transportProblem(this.packet);
  }
}
