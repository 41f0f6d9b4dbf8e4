/** What becomes of packets, as the programs know it: many flows have the same in common, and share it. */
import type { SharedValue } from '../../native/bpf/maps.ts';
import { METHOD_MASK } from '../connections/flags.ts';
import type { ConnectionTable } from '../connections/table.ts';
import type { NextHop } from '../network/next-hop.ts';
import type { Port } from '../network/snapshot.ts';
import { METHOD } from '../services/forwarding-method.ts';
import { SIDE, type Side } from '../shortcut.ts';
import { fold } from '../wire/checksum.ts';
import { COURSE, COURSE_SHIFT, KIND, MAX_COURSES, MAX_WAYS } from './layout.ts';

/** What a TTL that is one less changes in a checksum: the inverted old word and the new one. */
const ONE_HOP = 0xfeff;
const COURSE_BYTES = 1 << COURSE_SHIFT;
const WORDS = COURSE_BYTES / Int32Array.BYTES_PER_ELEMENT;

export interface Entrance {
  readonly input: Port;
  readonly nextHop: NextHop;
  /** Number of the way to it. */
  readonly way: number;
  /** Number of the counter. */
  readonly counter: number;
  readonly mtuBytes: number;
}

export class Courses {
  readonly #words: Int32Array;
  /** Numbers of those that have a way and a counter in common, by both. */
  readonly #numbers = new Map<number, number[]>();
  #count = 0;
  readonly #draft = new DataView(new ArrayBuffer(COURSE_BYTES));
  readonly #draftWords = new Int32Array(this.#draft.buffer);

  constructor({ memory }: SharedValue) {
    this.#words = new Int32Array(memory);
  }

  /** That of a connection's packets from one side; undefined where there is no room for another one. One that is there never changes. */
  numberOf(table: ConnectionTable, row: number, side: Side, entrance: Entrance): number | undefined {
    writeCourse(this.#draft, table, row, side, entrance);
    const together = entrance.counter * MAX_WAYS + entrance.way;
    const numbers = this.#numbers.get(together);
    const known = numbers?.find((number) => this.#isDrafted(number));
    if (known !== undefined) return known;
    if (this.#count === MAX_COURSES) return undefined;
    const number = this.#count++;
    this.#words.set(this.#draftWords, number * WORDS);
    if (numbers === undefined) this.#numbers.set(together, [number]);
    else numbers.push(number);
    return number;
  }

  #isDrafted(number: number): boolean {
    for (let i = 0; i < WORDS; i++) {
      if (this.#words[number * WORDS + i] !== this.#draftWords[i]) return false;
    }
    return true;
  }
}

function writeCourse(
  course: DataView,
  table: ConnectionTable,
  row: number,
  side: Side,
  { input, nextHop, way, counter, mtuBytes }: Entrance,
): void {
  const method = (table.flags[row] as number) & METHOD_MASK;
  const virtualAddress = table.virtualAddress[row] as number;
  const virtualPort = table.virtualPort[row] as number;
  const serverAddress = table.serverAddress[row] as number;
  const serverPort = table.serverPort[row] as number;
  if (method === METHOD.tunnel) {
    writeRewriting(course, KIND.tunnelled, serverAddress, 0, 0, 0);
  } else if (method !== METHOD.masquerade) {
    writeRewriting(course, KIND.asIs, 0, 0, 0, 0);
  } else if (side === SIDE.client) {
    const addresses = change32(virtualAddress, serverAddress);
    const ports = change16(virtualPort, serverPort);
    writeRewriting(course, KIND.toServer, serverAddress, serverPort, addresses, ports);
  } else {
    const addresses = change32(serverAddress, virtualAddress);
    const ports = change16(serverPort, virtualPort);
    writeRewriting(course, KIND.fromServer, virtualAddress, virtualPort, addresses, ports);
  }
  course.setInt32(COURSE.source, method === METHOD.tunnel ? nextHop.source : 0, false);
  course.setUint16(COURSE.mtuBytes, mtuBytes, true);
  course.setUint16(COURSE.way, way, true);
  course.setUint16(COURSE.counter, counter, true);
  course.setUint32(COURSE.inputPort, input.index, true);
  for (let i = 0; i < input.mac.length; i++) course.setUint8(COURSE.inputMac + i, input.mac[i] as number);
}

/** @param addresses What new addresses change in a checksum. @param ports The same of new ports. Sums are of words as they stand in the packet. */
function writeRewriting(
  course: DataView,
  kind: number,
  address: number,
  port: number,
  addresses: number,
  ports: number,
): void {
  course.setUint16(COURSE.kind, kind, true);
  course.setInt32(COURSE.address, address, false);
  course.setUint16(COURSE.port, port, false);
  course.setUint16(COURSE.ipDelta, fold(addresses + ONE_HOP), false);
  course.setUint16(COURSE.addressDelta, fold(addresses), false);
  course.setUint16(COURSE.portDelta, ports, false);
}

function change16(from: number, to: number): number {
  return fold((~from & 0xffff) + to);
}

function change32(from: number, to: number): number {
  return fold((~(from >>> 16) & 0xffff) + (~from & 0xffff) + (to >>> 16) + (to & 0xffff));
}
