/** BPF maps: what programs and this process both read and write. */
import { addressOf, mapFile, unmap } from '../memory.ts';
import { close } from '../sockets.ts';
import { callBpf } from './program.ts';
import { tryBpf } from './system-call.ts';

/** linux/bpf.h. */
const MAP_CREATE = 0;
const MAP_LOOKUP_ELEM = 1;
const MAP_UPDATE_ELEM = 2;
const MAP_DELETE_ELEM = 3;
const TYPE = { hash: 1, array: 2 } as const;
const F_NO_PREALLOC = 1;
const F_MMAPABLE = 1 << 10;
const ATTRIBUTES_BYTES = 32;
const PAGE_BYTES = 4096;

/** An array of one value that this process has in its memory, so that neither side makes calls for it. */
export class SharedValue {
  readonly fd: number;
  readonly memory: ArrayBuffer;

  /** @param fd Of one that is there already. @throws BpfError where the kernel does not offer it. */
  constructor(bytes: number, fd?: number) {
    const size = Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
    this.fd = fd ?? createMap(TYPE.array, 4, size, 1, F_MMAPABLE);
    this.memory = mapFile(this.fd, 0, size);
  }

  /** The memory is not to be used any more. */
  close(): void {
    unmap(addressOf(new Uint8Array(this.memory)), this.memory.byteLength);
    close(this.fd);
  }
}

/** A hash table. Its calls take no heap: key and value are those buffers. */
export class HashMap {
  readonly fd: number;
  /** Of the entry that a call is about. */
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  /** Those of calls that want a value, and those of one that does not and must not be given any. */
  readonly #withValue = new Uint8Array(ATTRIBUTES_BYTES);
  readonly #withoutValue = new Uint8Array(ATTRIBUTES_BYTES);
  readonly #withValueAddress: number;
  readonly #withoutValueAddress: number;

  /** @param fd Of one that is there already. @throws BpfError where the kernel does not offer it. */
  constructor(keyBytes: number, valueBytes: number, maxEntries: number, fd?: number) {
    this.fd = fd ?? createMap(TYPE.hash, keyBytes, valueBytes, maxEntries, F_NO_PREALLOC);
    this.key = new Uint8Array(new ArrayBuffer(keyBytes));
    this.value = new Uint8Array(new ArrayBuffer(valueBytes));
    for (const attributes of [this.#withValue, this.#withoutValue]) {
      const view = new DataView(attributes.buffer);
      view.setUint32(0, this.fd, true);
      view.setBigUint64(8, BigInt(addressOf(this.key)), true);
    }
    new DataView(this.#withValue.buffer).setBigUint64(16, BigInt(addressOf(this.value)), true);
    this.#withValueAddress = addressOf(this.#withValue);
    this.#withoutValueAddress = addressOf(this.#withoutValue);
  }

  /** Writes `value` under `key`, in place of what is there. False if there is no room. */
  update(): boolean {
    return tryBpf(MAP_UPDATE_ELEM, this.#withValueAddress, ATTRIBUTES_BYTES) === 0;
  }

  /** Reads into `value` what is under `key`. False if there is nothing. */
  lookup(): boolean {
    return tryBpf(MAP_LOOKUP_ELEM, this.#withValueAddress, ATTRIBUTES_BYTES) === 0;
  }

  /** Takes out what is under `key`. False if there is nothing. */
  delete(): boolean {
    return tryBpf(MAP_DELETE_ELEM, this.#withoutValueAddress, ATTRIBUTES_BYTES) === 0;
  }

  close(): void {
    close(this.fd);
  }
}

function createMap(
  type: number,
  keyBytes: number,
  valueBytes: number,
  entries: number,
  mapFlags: number,
): number {
  return callBpf('make a map', MAP_CREATE, (attributes) => {
    attributes.setUint32(0, type, true);
    attributes.setUint32(4, keyBytes, true);
    attributes.setUint32(8, valueBytes, true);
    attributes.setUint32(12, entries, true);
    attributes.setUint32(16, mapFlags, true);
  });
}
