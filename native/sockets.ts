/** Sockets of kinds that Node does not open itself: raw ones, read and written without waiting. */
import { constants } from 'node:os';
import koffi from 'koffi';
import { checked, libc } from './libc.ts';

const native = {
  socket: libc.func('int socket(int domain, int type, int protocol)'),
  bind: libc.func('int bind(int fd, const uint8_t *address, uint32_t length)'),
  setsockopt: libc.func('int setsockopt(int fd, int level, int name, const uint8_t *value, uint32_t length)'),
  getsockopt: libc.func(
    'int getsockopt(int fd, int level, int name, _Out_ uint8_t *value, _Inout_ uint32_t *length)',
  ),
  recv: libc.func('intptr_t recv(int fd, _Out_ uint8_t *buffer, size_t length, int flags)'),
  recvAt: libc.func('recv', 'intptr_t', ['int', 'uintptr_t', 'size_t', 'int']),
  send: libc.func('intptr_t send(int fd, const uint8_t *buffer, size_t length, int flags)'),
  sendmmsg: libc.func('int sendmmsg(int fd, uintptr_t messages, uint32_t count, int flags)'),
  poll: libc.func('int poll(uintptr_t fds, uint64_t count, int timeoutMs)'),
  getsockname: libc.func('int getsockname(int fd, _Out_ uint8_t *address, _Inout_ uint32_t *length)'),
  close: libc.func('int close(int fd)'),
};

export const AF_INET = 2;
export const AF_NETLINK = 16;
export const AF_PACKET = 17;
export const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const MSG_DONTWAIT = 0x40;
const MSG_TRUNC = 0x20;

export const SOL_SOCKET = 1;
const SO_SNDBUF = 7;
const SO_RCVBUF = 8;
const SO_SNDBUFFORCE = 32;
const SO_RCVBUFFORCE = 33;
const SO_MARK = 36;

export function socket(domain: number, type: number, protocol: number): number {
  return checked('socket', native.socket(domain, type | SOCK_CLOEXEC, protocol));
}

export function bind(fd: number, address: Uint8Array): void {
  checked('bind', native.bind(fd, address, address.length));
}

/** Fills `address` with what the socket is bound to. */
export function socketName(fd: number, address: Uint8Array): void {
  checked('getsockname', native.getsockname(fd, address, [address.length]));
}

export function setSocketOption(fd: number, level: number, name: number, value: Uint8Array): void {
  checked('setsockopt', native.setsockopt(fd, level, name, value, value.length));
}

/** Integers as socket options take them. */
export function int32(...values: number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(values).buffer);
}

/** Fills `value` with an option. */
export function getSocketOption(fd: number, level: number, name: number, value: Uint8Array): void {
  checked('getsockopt', native.getsockopt(fd, level, name, value, [value.length]));
}

export function close(fd: number): void {
  checked('close', native.close(fd));
}

/** Reads without waiting; 0 where there is nothing to read. */
export function receive(fd: number, buffer: Uint8Array): number {
  const length = Number(native.recv(fd, buffer, buffer.length, MSG_DONTWAIT));
  return Math.max(0, length);
}

/**
 * As `receive`, into memory at an address. The length of the whole message, even if there was room for less.
 * That the interface went down is an error that the socket keeps for the next call, and is passed over.
 */
export function receiveAt(fd: number, address: number, length: number): number {
  const flags = MSG_DONTWAIT | MSG_TRUNC;
  const received = Number(native.recvAt(fd, address, length, flags));
  if (received >= 0 || koffi.errno() !== constants.errno.ENETDOWN) return Math.max(0, received);
  return Math.max(0, Number(native.recvAt(fd, address, length, flags)));
}

/** Gives packets that the socket sends from now on a mark that netfilter sees; 0 for none. */
export function setMark(fd: number, mark: number): void {
  setSocketOption(fd, SOL_SOCKET, SO_MARK, int32(mark));
}

/** How much may wait in a socket; without the right to more, as much as the machine lets everybody have. */
export function setReceiveBuffer(fd: number, bytes: number): void {
  setBuffer(fd, SO_RCVBUFFORCE, SO_RCVBUF, bytes);
}

/** As `setReceiveBuffer`, for what is on its way out. */
export function setSendBuffer(fd: number, bytes: number): void {
  setBuffer(fd, SO_SNDBUFFORCE, SO_SNDBUF, bytes);
}

function setBuffer(fd: number, byForce: number, asAllowed: number, bytes: number): void {
  const value = int32(bytes);
  try {
    setSocketOption(fd, SOL_SOCKET, byForce, value);
  } catch {
    setSocketOption(fd, SOL_SOCKET, asAllowed, value);
  }
}

/** What `receiveOrLost` gives where messages came faster than they were read. */
export const LOST = -1;

/** As `receive`, but `LOST` where the kernel had to drop messages for this socket (ENOBUFS). */
export function receiveOrLost(fd: number, buffer: Uint8Array): number {
  const length = Number(native.recv(fd, buffer, buffer.length, MSG_DONTWAIT));
  if (length >= 0) return length;
  return koffi.errno() === constants.errno.ENOBUFS ? LOST : 0;
}

/** Sends one message without waiting. @throws SystemCallError if the kernel does not take it. */
export function send(fd: number, message: Uint8Array): void {
  checked('send', Number(native.send(fd, message, message.length, MSG_DONTWAIT)));
}

/** Sends a row of messages (`struct mmsghdr`) without waiting. The number that went, or -1 if not even the first. */
export function sendMessages(fd: number, messagesAddress: number, count: number): number {
  return native.sendmmsg(fd, messagesAddress, count, MSG_DONTWAIT) as number;
}

/** `struct pollfd`: descriptor, then events asked for and events seen. */
export const POLL_ENTRY_BYTES = 8;
export const POLLIN = 1;

/** Waits, and with it this whole thread, until one of the `struct pollfd` is ready, the time has passed, or a signal came. */
export function pollBlocking(fdsAddress: number, count: number, timeoutMs: number): void {
  native.poll(fdsAddress, count, timeoutMs);
}

/** Waits, without holding up the event loop, until one of the `struct pollfd` is ready or the time has passed. */
export function poll(fdsAddress: number, count: number, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    native.poll.async(fdsAddress, count, timeoutMs, () => resolve());
  });
}
