/** A TCP listener that follows a script: the same segments for the same seed, and no timers. */
import {
  ACK,
  FIN,
  PSH,
  RST,
  SYN,
  segmentLength,
  type TcpFields,
  type TcpSegment,
  tcpOf,
  tcpPacket,
} from '../frames/index.ts';
import type { Responder } from './station.ts';

/** What the server does when data has come in. */
export interface TcpReaction {
  readonly data?: Uint8Array;
  /** Closes its side after the data. */
  readonly closes?: boolean;
  /** Resets the connection instead. */
  readonly resets?: boolean;
}

export interface TcpServerOptions {
  readonly port: number;
  readonly seed?: number;
  /** Echoes unless given. */
  readonly react?: (data: Uint8Array) => TcpReaction;
}

interface Connection {
  /** Sequence number of what it sends next. */
  next: number;
  /** Sequence number of what it expects next. */
  expected: number;
  isClosed: boolean;
}

/** A maximum segment size of 1460 bytes (RFC 9293 §3.2). */
export const MSS_OPTION: readonly number[] = [2, 4, 1460 >> 8, 1460 & 255];

/**
 * Accepts connections to a port, acknowledges and answers what comes in order, and closes when the client does. A
 * segment of no connection is reset, as a stack does. Its initial sequence numbers follow from the seed and the client.
 */
export function tcpServer({ port, seed = 0, react = (data) => ({ data }) }: TcpServerOptions): Responder {
  const connections = new Map<string, Connection>();
  let id = 0;

  return (packet) => {
    const segment = tcpOf(packet);
    if (segment?.destinationPort !== port || !segment.isChecksumRight) return [];
    const { ip, flags, sequence } = segment;
    const client = `${ip.source}:${segment.sourcePort} ${ip.destination}`;
    const reply = (fields: Pick<TcpFields, 'flags'> & Partial<TcpFields>) =>
      tcpPacket(
        { source: ip.destination, destination: ip.source, id: ++id & 0xffff, dontFragment: true },
        { sourcePort: port, destinationPort: segment.sourcePort, ...fields },
      );
    if (flags & RST) {
      connections.delete(client);
      return [];
    }
    if (flags & SYN) {
      const initial = seededNumber(seed, `${client} ${sequence}`);
      const expected = sum(sequence, 1);
      connections.set(client, { next: sum(initial, 1), expected, isClosed: false });
      return [reply({ flags: SYN | ACK, sequence: initial, acknowledgement: expected, options: MSS_OPTION })];
    }
    const connection = connections.get(client);
    if (connection === undefined) return [reply({ flags: RST, sequence: segment.acknowledgement })];
    return received(connection, segment, reply);
  };

  function received(
    connection: Connection,
    segment: TcpSegment,
    reply: (fields: Pick<TcpFields, 'flags'> & Partial<TcpFields>) => Uint8Array,
  ): readonly Uint8Array[] {
    const length = segmentLength(segment);
    if (length === 0) return [];
    const acknowledge = () =>
      reply({ flags: ACK, sequence: connection.next, acknowledgement: connection.expected });
    if (segment.sequence !== connection.expected) return [acknowledge()];
    connection.expected = sum(connection.expected, length);
    const isLast = (segment.flags & FIN) !== 0;
    const { data, closes, resets }: TcpReaction = segment.payload.length > 0 ? react(segment.payload) : {};
    if (resets)
      return [reply({ flags: RST | ACK, sequence: connection.next, acknowledgement: connection.expected })];
    const isClosing = (isLast || closes === true) && !connection.isClosed;
    const says = data !== undefined && data.length > 0;
    if (!says && !isClosing) return [acknowledge()];
    const answer = {
      flags: ACK | (says ? PSH : 0) | (isClosing ? FIN : 0),
      sequence: connection.next,
      acknowledgement: connection.expected,
      payload: data ?? new Uint8Array(0),
    };
    connection.next = sum(connection.next, segmentLength(answer));
    connection.isClosed ||= isClosing;
    return [reply(answer)];
  }
}

function sum(sequence: number, length: number): number {
  return (sequence + length) % 2 ** 32;
}

/**
 * A number from 0 to 2^32 - 1 that follows from a seed and a text, and looks like no other’s: FNV-1a, and the mixing step
 * of MurmurHash3, by which every bit of the one changes half of the other.
 */
export function seededNumber(seed: number, text: string): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
