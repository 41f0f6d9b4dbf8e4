/** Sockets of kinds that Node does not open itself: raw ones, read and written without waiting. */
import { checked, libc } from './libc.ts';

const native = {
  socket: libc.func('int socket(int domain, int type, int protocol)'),
  bind: libc.func('int bind(int fd, const uint8_t *address, uint32_t length)'),
  setsockopt: libc.func('int setsockopt(int fd, int level, int name, const uint8_t *value, uint32_t length)'),
  getsockopt: libc.func(
    'int getsockopt(int fd, int level, int name, _Out_ uint8_t *value, _Inout_ uint32_t *length)',
  ),
  recv: libc.func('intptr_t recv(int fd, _Out_ uint8_t *buffer, size_t length, int flags)'),
  send: libc.func('intptr_t send(int fd, const uint8_t *buffer, size_t length, int flags)'),
  sendmmsg: libc.func('int sendmmsg(int fd, uintptr_t messages, uint32_t count, int flags)'),
  poll: libc.func('int poll(uintptr_t fds, uint64_t count, int timeoutMs)'),
  close: libc.func('int close(int fd)'),
};

export const AF_NETLINK = 16;
export const AF_PACKET = 17;
export const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const MSG_DONTWAIT = 0x40;

export function socket(domain: number, type: number, protocol: number): number {
  return checked('socket', native.socket(domain, type | SOCK_CLOEXEC, protocol));
}

export function bind(fd: number, address: Uint8Array): void {
  checked('bind', native.bind(fd, address, address.length));
}

export function setSocketOption(fd: number, level: number, name: number, value: Uint8Array): void {
  checked('setsockopt', native.setsockopt(fd, level, name, value, value.length));
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
