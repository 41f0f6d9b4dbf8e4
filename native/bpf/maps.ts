/** BPF maps: what programs and this process both read and write. */
import { readFileSync } from 'node:fs';
import { addressOf, mapFile, unmap } from '../memory.ts';
import { close } from '../sockets.ts';
import { callBpf } from './program.ts';

/** linux/bpf.h. */
const MAP_CREATE = 0;
const MAP_UPDATE_ELEM = 2;
const TYPE_ARRAY = 2;
const TYPE_PROGRAMS = 3;
const F_MMAPABLE = 1 << 10;
const PAGE_BYTES = 4096;

/** An array of one value that this process has in its memory, so that neither side makes calls for it. */
export class SharedValue {
  readonly fd: number;
  readonly memory: ArrayBuffer;

  /** @param fd Of one that is there already. @throws BpfError where the kernel does not offer it. */
  constructor(bytes: number, fd?: number) {
    const size = Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
    this.fd = fd ?? createArray(size);
    this.memory = mapFile(this.fd, 0, size);
  }

  /** One that is there already, whatever its size. */
  static of(fd: number): SharedValue {
    const size = /^value_size:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1];
    return new SharedValue(Number(size), fd);
  }

  /** The memory is not to be used any more. */
  close(): void {
    unmap(addressOf(new Uint8Array(this.memory)), this.memory.byteLength);
    close(this.fd);
  }
}

/** Where a program finds the one that goes on in its place: a map that programs are told of by its descriptor. */
export class NextProgram {
  readonly fd = createMap(TYPE_PROGRAMS, Uint32Array.BYTES_PER_ELEMENT, 0);

  /** @throws BpfError where it is not of the same type as those that lead to it. */
  set(program: number): void {
    const key = new Uint32Array(1);
    const value = new Uint32Array([program]);
    callBpf('set the next program', MAP_UPDATE_ELEM, (attributes) => {
      attributes.setUint32(0, this.fd, true);
      attributes.setBigUint64(8, BigInt(addressOf(new Uint8Array(key.buffer))), true);
      attributes.setBigUint64(16, BigInt(addressOf(new Uint8Array(value.buffer))), true);
    });
  }

  close(): void {
    close(this.fd);
  }
}

function createArray(valueBytes: number): number {
  return createMap(TYPE_ARRAY, valueBytes, F_MMAPABLE);
}

function createMap(type: number, valueBytes: number, flags: number): number {
  return callBpf('make a map', MAP_CREATE, (attributes) => {
    attributes.setUint32(0, type, true);
    attributes.setUint32(4, Uint32Array.BYTES_PER_ELEMENT, true);
    attributes.setUint32(8, valueBytes, true);
    attributes.setUint32(12, 1, true);
    attributes.setUint32(16, flags, true);
  });
}
