/** An IPv4 packet within a captured frame, read for judging rather than for speed. */

import {
  ipDestination,
  ipDontFragment,
  ipHeaderBytes,
  ipId,
  ipIsFragment,
  ipProtocol,
  ipSource,
  ipTos,
  ipTotalBytes,
  ipTtl,
  ipv4Problem,
  PROTOCOL,
} from '../../director/wire/ipv4.ts';
import { destinationPort, sourcePort } from '../../director/wire/ports.ts';
import {
  TCP_MIN_HEADER_BYTES,
  tcpAcknowledgement,
  tcpFlags,
  tcpHeaderBytes,
  tcpSequence,
} from '../../director/wire/tcp.ts';
import { PORT_BYTES, transportProblem } from './transport-problem.ts';

export class IpLayer {
  readonly bytes: Uint8Array;
  /** Offset of the header within the frame. */
  readonly at: number;
  readonly source: number;
  readonly destination: number;
  readonly protocol: number;
  readonly totalBytes: number;
  /** Offset of the transport header. */
  readonly l4: number;

  private constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
    this.source = ipSource(bytes, at);
    this.destination = ipDestination(bytes, at);
    this.protocol = ipProtocol(bytes, at);
    this.totalBytes = ipTotalBytes(bytes, at);
    this.l4 = at + ipHeaderBytes(bytes, at);
  }

  /** The packet at an offset, or what is wrong with it. */
  static at(bytes: Uint8Array, at: number): IpLayer | string {
    return ipv4Problem(bytes, at, bytes.length - at) ?? new IpLayer(bytes, at);
  }

  get ttl(): number {
    return ipTtl(this.bytes, this.at);
  }

  get id(): number {
    return ipId(this.bytes, this.at);
  }

  get tos(): number {
    return ipTos(this.bytes, this.at);
  }

  get dontFragment(): boolean {
    return ipDontFragment(this.bytes, this.at);
  }

  get isFragment(): boolean {
    return ipIsFragment(this.bytes, this.at);
  }

  get l4Bytes(): number {
    return this.at + this.totalBytes - this.l4;
  }

  get hasPorts(): boolean {
    const { protocol } = this;
    return (
      (protocol === PROTOCOL.tcp || protocol === PROTOCOL.udp) &&
      this.l4Bytes >= PORT_BYTES &&
      !this.isFragment
    );
  }

  get sourcePort(): number {
    return this.hasPorts ? sourcePort(this.bytes, this.l4) : 0;
  }

  get destinationPort(): number {
    return this.hasPorts ? destinationPort(this.bytes, this.l4) : 0;
  }

  get isTcp(): boolean {
    return this.protocol === PROTOCOL.tcp && this.l4Bytes >= TCP_MIN_HEADER_BYTES && !this.isFragment;
  }

  get tcpFlags(): number {
    return this.isTcp ? tcpFlags(this.bytes, this.l4) : 0;
  }

  get tcpSequence(): number {
    return this.isTcp ? tcpSequence(this.bytes, this.l4) : 0;
  }

  get tcpAcknowledgement(): number {
    return this.isTcp ? tcpAcknowledgement(this.bytes, this.l4) : 0;
  }

  /** Bytes of data in a TCP segment. */
  get tcpPayloadBytes(): number {
    return this.isTcp ? this.l4Bytes - tcpHeaderBytes(this.bytes, this.l4) : 0;
  }

  /** What is wrong with the checksum of the transport header or ICMP message, if anything. */
  get transportProblem(): string | undefined {
    return this.isFragment ? undefined : transportProblem(this);
  }
}
