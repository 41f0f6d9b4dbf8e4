/** netlink(7), with the messages of rtnetlink(7): how the kernel is asked about its network, and tells of changes. */
import { AF_NETLINK, bind, receive, SOCK_RAW, send, socket } from './sockets.ts';

const NETLINK_ROUTE = 0;
const NETLINK_GENERIC = 16;

const HEADER_BYTES = 16;
/** Offsets within `struct nlmsghdr`. */
const HEADER = { length: 0, type: 4, flags: 6, sequence: 8 } as const;
const ATTRIBUTE_HEADER_BYTES = 4;
/** The two upper bits of an attribute's type say something else. */
const ATTRIBUTE_TYPE_MASK = 0x3fff;
const ALIGNMENT_MASK = 3;

const NLM_F_REQUEST = 1;
/** For all that there is instead of one. */
const NLM_F_DUMP = 0x300;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
/** The kernel sends up to 32 KiB at a time. */
const BUFFER_BYTES = 1 << 16;

/**
 * Opens a socket for rtnetlink messages.
 * @param groups Numbers of the multicast groups to hear, each from 1 to 32.
 */
export function openRouteNetlink(groups: readonly number[] = []): number {
  const fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  const address = new Uint8Array(12);
  const view = new DataView(address.buffer);
  view.setUint16(0, AF_NETLINK, true);
  view.setUint32(8, groups.reduce((mask, group) => mask | (1 << (group - 1)), 0) >>> 0, true);
  bind(fd, address);
  return fd;
}

/** Opens a socket for messages of genetlink families. */
export function openGenericNetlink(): number {
  const fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
  const address = new Uint8Array(12);
  new DataView(address.buffer).setUint16(0, AF_NETLINK, true);
  bind(fd, address);
  return fd;
}

/** One message, read in place: it is only good until the next one is received. */
export class NetlinkMessage {
  readonly type: number;
  readonly sequence: number;
  readonly view: DataView;
  /** Offset behind the message's netlink header, and of its end. */
  readonly at: number;
  readonly end: number;

  constructor(view: DataView, start: number) {
    this.view = view;
    this.type = view.getUint16(start + HEADER.type, true);
    this.sequence = view.getUint32(start + HEADER.sequence, true);
    this.at = start + HEADER_BYTES;
    this.end = start + view.getUint32(start + HEADER.length, true);
  }

  /** Number of the error, as in errno(3), that the kernel answered with; 0 for a message that is none. */
  get errno(): number {
    return this.type === NLMSG_ERROR ? -this.view.getInt32(this.at, true) : 0;
  }

  /** Offsets of the attributes' values by type. @param fixedBytes Size of the structure that comes before them. */
  attributes(fixedBytes: number): Map<number, number> {
    return attributesIn(this.view, this.at + fixedBytes, this.end);
  }
}

/** Offsets of the values of the attributes between two offsets, by type. */
export function attributesIn(view: DataView, start: number, end: number): Map<number, number> {
  const found = new Map<number, number>();
  for (let at = start; at + ATTRIBUTE_HEADER_BYTES <= end; ) {
    const length = view.getUint16(at, true);
    if (length < ATTRIBUTE_HEADER_BYTES || at + length > end) break;
    found.set(view.getUint16(at + 2, true) & ATTRIBUTE_TYPE_MASK, at + ATTRIBUTE_HEADER_BYTES);
    at += aligned(length);
  }
  return found;
}

/** Length of the attribute whose value is at an offset that `attributesIn` gave. */
export function attributeBytes(view: DataView, valueAt: number): number {
  return view.getUint16(valueAt - ATTRIBUTE_HEADER_BYTES, true) - ATTRIBUTE_HEADER_BYTES;
}

/** The messages of one datagram. */
export function* messagesIn(view: DataView, bytes: number): Generator<NetlinkMessage> {
  for (let at = 0; at + HEADER_BYTES <= bytes; ) {
    const length = view.getUint32(at + HEADER.length, true);
    if (length < HEADER_BYTES || at + length > bytes) return;
    yield new NetlinkMessage(view, at);
    at += aligned(length);
  }
}

/** A request that is built up attribute by attribute, and used again. */
export class NetlinkRequest {
  readonly #bytes = new Uint8Array(256);
  readonly #view = new DataView(this.#bytes.buffer);
  readonly #type: number;
  #length = 0;

  constructor(type: number) {
    this.#type = type;
  }

  /** Begins anew with the structure that comes before the attributes. */
  begin(fixed: Uint8Array): this {
    this.#bytes.set(fixed, HEADER_BYTES);
    this.#length = HEADER_BYTES + aligned(fixed.length);
    return this;
  }

  /** Adds a 32-bit number in the machine's byte order. */
  number(type: number, value: number): this {
    return this.#word(type, value, true);
  }

  /** Adds an IPv4 address. */
  address(type: number, address: number): this {
    return this.#word(type, address, false);
  }

  /** Adds a text, ended by a zero. */
  text(type: number, value: string): this {
    const bytes = new TextEncoder().encode(`${value}\0`);
    this.#view.setUint16(this.#length, ATTRIBUTE_HEADER_BYTES + bytes.length, true);
    this.#view.setUint16(this.#length + 2, type, true);
    this.#bytes.set(bytes, this.#length + ATTRIBUTE_HEADER_BYTES);
    this.#length += ATTRIBUTE_HEADER_BYTES + aligned(bytes.length);
    return this;
  }

  /** The message, good until `begin`. */
  finish(sequence: number, flags = 0): Uint8Array {
    this.#view.setUint32(HEADER.length, this.#length, true);
    this.#view.setUint16(HEADER.type, this.#type, true);
    this.#view.setUint16(HEADER.flags, NLM_F_REQUEST | flags, true);
    this.#view.setUint32(HEADER.sequence, sequence, true);
    return this.#bytes.subarray(0, this.#length);
  }

  #word(type: number, value: number, littleEndian: boolean): this {
    this.#view.setUint16(this.#length, ATTRIBUTE_HEADER_BYTES + 4, true);
    this.#view.setUint16(this.#length + 2, type, true);
    this.#view.setInt32(this.#length + ATTRIBUTE_HEADER_BYTES, value, littleEndian);
    this.#length += ATTRIBUTE_HEADER_BYTES + 4;
    return this;
  }
}

/** Asks the kernel questions that it answers at once: the caller need not wait. */
export class NetlinkDialogue {
  readonly fd: number;
  readonly #bytes = new Uint8Array(BUFFER_BYTES);
  readonly #view = new DataView(this.#bytes.buffer);
  #sequence = 0;

  /** @param fd Its socket, for rtnetlink unless given. */
  constructor(fd = openRouteNetlink()) {
    this.fd = fd;
  }

  /** The answer, which may be an error; undefined where the kernel gave none. */
  ask(request: NetlinkRequest): NetlinkMessage | undefined {
    this.#sequence = (this.#sequence + 1) >>> 0;
    send(this.fd, request.finish(this.#sequence));
    for (let bytes = receive(this.fd, this.#bytes); bytes > 0; bytes = receive(this.fd, this.#bytes)) {
      for (const message of messagesIn(this.#view, bytes)) {
        if (message.sequence === this.#sequence) return message;
      }
    }
    return undefined;
  }

  /** All messages of the answer to a question about everything. Each is good until the next one. */
  *askForAll(request: NetlinkRequest): Generator<NetlinkMessage> {
    this.#sequence = (this.#sequence + 1) >>> 0;
    send(this.fd, request.finish(this.#sequence, NLM_F_DUMP));
    for (let bytes = receive(this.fd, this.#bytes); bytes > 0; bytes = receive(this.fd, this.#bytes)) {
      for (const message of messagesIn(this.#view, bytes)) {
        if (message.type === NLMSG_DONE || message.errno !== 0) return;
        yield message;
      }
    }
  }
}

function aligned(bytes: number): number {
  return (bytes + ALIGNMENT_MASK) & ~ALIGNMENT_MASK;
}
