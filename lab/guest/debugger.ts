/** The kernel of a guest, read and written while it stands still: QEMU's end of the remote protocol of gdb (its manual, appendix E). */
import type { Duplex } from 'node:stream';
import { LabError } from '../error.ts';

const STOP = '\x03';
const TAKEN = '+';
const PACKET = /\$([^#]*)#[\da-f]{2}/;

export class Debugger {
  readonly #stream: Duplex;
  /** What has come in and is no whole packet yet. */
  #received = '';
  #answered: ((packet: string) => void) | undefined;

  constructor(stream: Duplex) {
    this.#stream = stream;
    stream.setEncoding('latin1');
    stream.on('data', (text: string) => this.#take(text));
    // The guest has ended, which whoever owns it knows.
    stream.on('error', () => undefined);
  }

  /** Has the guest stand still while something is done. */
  async whileStopped<Value>(action: () => Promise<Value>): Promise<Value> {
    await this.#ask(() => this.#stream.write(STOP));
    try {
      return await action();
    } finally {
      this.#send('c');
    }
  }

  /** Eight bytes at an address of the kernel, lowest first, as this processor keeps numbers. @throws LabError */
  async read64(address: bigint): Promise<bigint> {
    const hex = await this.#ask(() => this.#send(`m${address.toString(16)},8`));
    if (!/^[\da-f]{16}$/.test(hex)) throw new LabError(`The guest's memory cannot be read: ${hex}.`);
    return Buffer.from(hex, 'hex').readBigUInt64LE();
  }

  /** @throws LabError */
  async write64(address: bigint, value: bigint): Promise<void> {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(value);
    const said = await this.#ask(() => this.#send(`M${address.toString(16)},8:${bytes.toString('hex')}`));
    if (said !== 'OK') throw new LabError(`The guest's memory cannot be written: ${said}.`);
  }

  #ask(send: () => void): Promise<string> {
    return new Promise((resolve) => {
      this.#answered = resolve;
      send();
    });
  }

  #send(packet: string): void {
    const sum = Buffer.from(packet, 'latin1').reduce((total, byte) => total + byte, 0) % 256;
    this.#stream.write(`$${packet}#${sum.toString(16).padStart(2, '0')}`, 'latin1');
  }

  #take(text: string): void {
    this.#received += text;
    for (let found = PACKET.exec(this.#received); found !== null; found = PACKET.exec(this.#received)) {
      this.#received = this.#received.slice(found.index + found[0].length);
      this.#stream.write(TAKEN);
      const answered = this.#answered;
      this.#answered = undefined;
      answered?.(found[1] ?? '');
    }
  }
}
