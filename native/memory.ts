/** Memory that the kernel and this process share: rings of packet sockets, and what system calls read. */
import { ftruncateSync } from 'node:fs';
import koffi from 'koffi';
import { checked, libc } from './libc.ts';
import { SystemCallError } from './system-call-error.ts';

const native = {
  mmap: libc.func(
    'intptr_t mmap(uintptr_t at, size_t length, int protection, int flags, int fd, int64_t offset)',
  ),
  memfdCreate: libc.func('int memfd_create(const char *name, unsigned int flags)'),
  madvise: libc.func('int madvise(uintptr_t at, size_t length, int advice)'),
  munmap: libc.func('int munmap(uintptr_t at, size_t length)'),
};

const PROT_NONE = 0;
const PROT_READ_WRITE = 3;
const MAP_SHARED = 0x01;
const MAP_PRIVATE = 0x02;
const MAP_FIXED = 0x10;
const MAP_ANONYMOUS = 0x20;
const MADV_DONTNEED = 4;
const MADV_REMOVE = 9;
const PAGE_BYTES = 4096;
const MFD_CLOEXEC = 1;
const MAP_FAILED = -1;

/** Address space for later use: nothing is there until it is mapped. */
export function reserve(bytes: number): number {
  return mapped(native.mmap(0, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

/**
 * Memory with a file descriptor, zeroed: it lasts as long as any process has that open or mapped. Pages are only taken
 * once they are written.
 */
export function createMemoryFile(name: string, bytes: number): number {
  const fd = checked('memfd_create', native.memfdCreate(name, MFD_CLOEXEC));
  ftruncateSync(fd, bytes);
  return fd;
}

/** A part of a file as memory, shared with every other process that maps it. @param offset A multiple of 4096. */
export function mapFile(fd: number, offset: number, bytes: number): ArrayBuffer {
  return memoryAt(mapped(native.mmap(0, bytes, PROT_READ_WRITE, MAP_SHARED, fd, offset)), bytes);
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

/** Gives back the memory of the whole pages in a part of a mapped file, for all who map it. They are zero when used again. */
export function removePages(part: ArrayBufferView): void {
  advise(part, MADV_REMOVE);
}

/** The same for memory that is this process's alone. */
export function discardPages(part: ArrayBufferView): void {
  advise(part, MADV_DONTNEED);
}

function advise(part: ArrayBufferView, advice: number): void {
  const address = addressOf(part);
  const from = Math.ceil(address / PAGE_BYTES) * PAGE_BYTES;
  const to = Math.floor((address + part.byteLength) / PAGE_BYTES) * PAGE_BYTES;
  if (to > from) checked('madvise', native.madvise(from, to - from, advice));
}

/** The memory at an address as an ArrayBuffer. It must stay mapped as long as the buffer is used. */
export function memoryAt(address: number, bytes: number): ArrayBuffer {
  return koffi.view(BigInt(address), bytes);
}

/** Where the bytes lie. They must be kept in use as long as the address is. */
export function addressOf(bytes: ArrayBufferView): number {
  return Number(koffi.address(bytes));
}

function mapped(result: number | bigint): number {
  const address = Number(result);
  if (address === MAP_FAILED) throw new SystemCallError('mmap', koffi.errno());
  return address;
}
