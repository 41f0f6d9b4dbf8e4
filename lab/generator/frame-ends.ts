/**
 * Where generated frames end that go past the switches: an XDP program at the switch's end of a machine's link counts what
 * the machine has sent on, and drops it. Whatever else leaves the machine goes on to the switch.
 *
 * A virtual link with such a program at its end also takes frames that were redirected in a driver (XDP).
 */

import { asLoaded, assemble } from '../../native/bpf/assembler.ts';
import {
  add,
  exit,
  jump,
  jumpIf,
  jumpIf32,
  load,
  loadMapValue,
  place,
  R,
  reg,
  set,
  store,
  WIDTH,
} from '../../native/bpf/instructions.ts';
import { XDP, XDP_DROP, XDP_PASS } from '../../native/bpf/kernel-numbers.ts';
import { SharedValue } from '../../native/bpf/maps.ts';
import { attachXdp, loadProgram, PROGRAM_TYPE } from '../../native/bpf/program.ts';
import { close } from '../../native/sockets.ts';

/** What ends there: UDP to a port, and IP in IP to one of these addresses. */
export interface Ending {
  readonly destinationPort: number;
  readonly tunnelEnds: readonly string[];
}

/** Offsets in an Ethernet frame that holds IPv4 without options. */
const AT = { etherType: 12, protocol: 23, destination: 30, destinationPort: 36 } as const;
const HEAD_BYTES = 38;
const UDP = 17;
const IPIP = 4;
const COUNTER_BYTES = 8;

/** A link is one port's, whose frames are taken in on one processor at a time: nothing has to be atomic. */
export function endProgram(
  counters: number,
  at: number,
  { destinationPort, tunnelEnds }: Ending,
): Uint8Array {
  return assemble([
    load(WIDTH.word, R.r2, R.r1, XDP.data),
    load(WIDTH.word, R.r3, R.r1, XDP.end),
    set(R.r4, reg(R.r2)),
    add(R.r4, HEAD_BYTES),
    jumpIf('greater', R.r4, reg(R.r3), 'goes on'),
    load(WIDTH.half, R.r4, R.r2, AT.etherType),
    jumpIf('notEqual', R.r4, asLoaded([0x08, 0x00]), 'goes on'),
    load(WIDTH.byte, R.r4, R.r2, AT.protocol),
    jumpIf('equal', R.r4, IPIP, 'tunnelled'),
    jumpIf('notEqual', R.r4, UDP, 'goes on'),
    load(WIDTH.half, R.r4, R.r2, AT.destinationPort),
    jumpIf('equal', R.r4, asLoaded([destinationPort >> 8, destinationPort & 0xff]), 'ends'),
    jump('goes on'),
    place('tunnelled'),
    load(WIDTH.word, R.r4, R.r2, AT.destination),
    ...tunnelEnds.map((end) => jumpIf32('equal', R.r4, asLoaded(end.split('.').map(Number)), 'ends')),
    place('goes on'),
    set(R.result, XDP_PASS),
    exit,
    place('ends'),
    ...loadMapValue(R.r1, counters, at),
    load(WIDTH.double, R.r2, R.r1, 0),
    add(R.r2, 1),
    store(WIDTH.double, R.r1, 0, R.r2),
    set(R.result, XDP_DROP),
    exit,
  ]);
}

export class FrameEnds {
  readonly #counters: SharedValue;
  readonly #counts: BigUint64Array;
  readonly #ports: readonly string[];
  readonly #fds: number[] = [];

  /** @param ports The switches' ends of links. @throws BpfError where such a program cannot be attached. */
  constructor(ports: readonly string[], ending: Ending) {
    this.#ports = ports;
    this.#counters = new SharedValue(ports.length * COUNTER_BYTES);
    this.#counts = new BigUint64Array(this.#counters.memory);
    ports.forEach((port, i) => {
      const code = endProgram(this.#counters.fd, i * COUNTER_BYTES, ending);
      const program = loadProgram(code, PROGRAM_TYPE.xdp);
      this.#fds.push(program, attachXdp(program, port));
    });
  }

  /** How many frames have ended at a port so far; undefined where there is no such end. */
  countAt(port: string): number | undefined {
    const at = this.#ports.indexOf(port);
    return at === -1 ? undefined : Number(this.#counts[at]);
  }

  close(): void {
    for (const fd of this.#fds) close(fd);
    this.#counters.close();
  }
}
