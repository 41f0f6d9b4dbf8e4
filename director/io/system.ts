/** Calls to the operating system that Node does not make itself, by koffi. The only file that knows libc. */
import { constants } from 'node:os';
import koffi from 'koffi';

const libc = koffi.load('libc.so.6');

const native = {
  socket: libc.func('int socket(int domain, int type, int protocol)'),
  bind: libc.func('int bind(int fd, const uint8_t *address, uint32_t length)'),
  setsockopt: libc.func('int setsockopt(int fd, int level, int name, const uint8_t *value, uint32_t length)'),
  recv: libc.func('intptr_t recv(int fd, _Out_ uint8_t *buffer, size_t length, int flags)'),
  sendmmsg: libc.func('int sendmmsg(int fd, uintptr_t messages, uint32_t count, int flags)'),
  mmap: libc.func(
    'intptr_t mmap(uintptr_t at, size_t length, int protection, int flags, int fd, int64_t offset)',
  ),
  munmap: libc.func('int munmap(uintptr_t at, size_t length)'),
  poll: libc.func('int poll(uintptr_t fds, uint64_t count, int timeoutMs)'),
  close: libc.func('int close(int fd)'),
  syscall: libc.func('intptr_t syscall(intptr_t number, int command, uintptr_t attributes, uint32_t length)'),
};

export const AF_NETLINK = 16;
export const AF_PACKET = 17;
export const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const MSG_DONTWAIT = 0x40;
const PROT_NONE = 0;
const PROT_READ_WRITE = 3;
const MAP_SHARED = 0x01;
const MAP_PRIVATE = 0x02;
const MAP_FIXED = 0x10;
const MAP_ANONYMOUS = 0x20;
const MAP_FAILED = -1;

/** Number of bpf(2), which has no function in libc, by processor. */
const SYS_BPF: Partial<Record<NodeJS.Architecture, number>> = { x64: 321, arm64: 280 };

/** A system call that failed, with the name of the error as in errno(3). */
export class SystemCallError extends Error {
  override readonly name = 'SystemCallError';
  readonly code: string;

  constructor(call: string, errno: number) {
    const code =
      Object.entries(constants.errno).find(([, number]) => number === errno)?.[0] ?? `errno ${errno}`;
    super(`${call} failed: ${code}`);
    this.code = code;
  }
}

function checked(call: string, result: number): number {
  if (result < 0) throw new SystemCallError(call, koffi.errno());
  return result;
}

export function socket(domain: number, type: number, protocol: number): number {
  return checked('socket', native.socket(domain, type | SOCK_CLOEXEC, protocol));
}

export function bind(fd: number, address: Uint8Array): void {
  checked('bind', native.bind(fd, address, address.length));
}

export function setSocketOption(fd: number, level: number, name: number, value: Uint8Array): void {
  checked('setsockopt', native.setsockopt(fd, level, name, value, value.length));
}

export function close(fd: number): void {
  checked('close', native.close(fd));
}

/** Reads without waiting; 0 where there is nothing to read. */
export function receive(fd: number, buffer: Uint8Array): number {
  const length = Number(native.recv(fd, buffer, buffer.length, MSG_DONTWAIT));
  return Math.max(0, length);
}

/** Sends a row of messages (`struct mmsghdr`) without waiting. The number that went, or -1 if not even the first. */
export function sendMessages(fd: number, messagesAddress: number, count: number): number {
  return native.sendmmsg(fd, messagesAddress, count, MSG_DONTWAIT) as number;
}

/** bpf(2). The result is a file descriptor. */
export function bpf(command: number, attributesAddress: number, length: number): number {
  const number = SYS_BPF[process.arch];
  if (number === undefined) throw new SystemCallError(`bpf on ${process.arch}`, constants.errno.ENOSYS);
  return checked('bpf', Number(native.syscall(number, command, attributesAddress, length)));
}

/** Address space for later use: nothing is there until it is mapped. */
export function reserve(bytes: number): number {
  return mapped(native.mmap(0, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

/** Puts zeroed memory at a place within reserved address space. */
export function mapMemory(address: number, bytes: number): void {
  const flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
  mapped(native.mmap(address, bytes, PROT_READ_WRITE, flags, -1, 0));
}

/** Puts the ring of a packet socket at a place within reserved address space. */
export function mapSocket(address: number, bytes: number, fd: number): void {
  mapped(native.mmap(address, bytes, PROT_READ_WRITE, MAP_SHARED | MAP_FIXED, fd, 0));
}

/** Takes away what was mapped; the address space stays reserved. */
export function unmapKeepingReservation(address: number, bytes: number): void {
  mapped(native.mmap(address, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
}

export function unmap(address: number, bytes: number): void {
  checked('munmap', native.munmap(address, bytes));
}

/** The memory at an address as an ArrayBuffer. It must stay mapped as long as the buffer is used. */
export function memoryAt(address: number, bytes: number): ArrayBuffer {
  return koffi.view(BigInt(address), bytes);
}

/** Waits, without holding up the event loop, until one of the `struct pollfd` is ready or the time has passed. */
export function poll(fdsAddress: number, count: number, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    native.poll.async(fdsAddress, count, timeoutMs, () => resolve());
  });
}

function mapped(result: number | bigint): number {
  const address = Number(result);
  if (address === MAP_FAILED) throw new SystemCallError('mmap', koffi.errno());
  return address;
}
