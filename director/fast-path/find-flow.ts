/** The part of the programs that finds a packet's flow, as `FlowTable` does. */
import type { Instruction, Place } from '../../native/bpf/assembler.ts';
import {
  add,
  calculate,
  calculate32,
  call,
  jump,
  jumpIf,
  load,
  loadMapValue,
  place,
  R,
  reg,
  set,
  WIDTH,
} from '../../native/bpf/instructions.ts';
import { hashKey } from './flow-hash.ts';
import {
  ETHERNET_BYTES,
  ETHERTYPE_IPV4,
  FRAGMENT_OFFSET,
  FRAME,
  HEADER_WORDS,
  PORTS_BYTES,
  TCP,
  UDP,
  WITH_MOST_OPTIONS,
  WITHOUT_OPTIONS,
} from './frame.ts';
import {
  GROUP_SHIFT,
  GROUPS_OF_A_WORD_SHIFT,
  KEY,
  KEY_BYTES,
  LINE_SHIFT,
  LINES_OF_A_GROUP,
  SLOT_BYTES,
  SLOTS_OF_A_GROUP,
  SLOTS_OF_A_LINE,
  TABLE,
} from './layout.ts';
import { fieldsOf, type PacketAccess, type ProgramMaps } from './packet-access.ts';

/** Where on the stack ports are copied to from behind options. */
const PORTS = -8;

/** Leaves the flow in r5, or goes to `no`. r1 to r4 and r8 are used. */
export function findFlow(access: PacketAccess, maps: ProgramMaps, no: string): (Instruction | Place)[] {
  const field = fieldsOf(access);
  return [
    field(WIDTH.half, R.r1, FRAME.etherType),
    jumpIf('notEqual', R.r1, ETHERTYPE_IPV4, no),
    field(WIDTH.half, R.r1, FRAME.fragment),
    jumpIf('anyOf', R.r1, FRAGMENT_OFFSET, no),
    // The version, and where the ports are.
    field(WIDTH.byte, R.r4, FRAME.ip),
    jumpIf('equal', R.r4, WITHOUT_OPTIONS, 'without options'),
    jumpIf('less', R.r4, WITHOUT_OPTIONS, no),
    jumpIf('greater', R.r4, WITH_MOST_OPTIONS, no),
    calculate('and', R.r4, HEADER_WORDS),
    calculate('left', R.r4, 2),
    add(R.r4, ETHERNET_BYTES),
    set(R.r1, reg(R.r6)),
    set(R.r2, reg(R.r4)),
    set(R.r3, reg(R.stack)),
    add(R.r3, PORTS),
    set(R.r4, PORTS_BYTES),
    call(access.loadBytes),
    jumpIf('notEqual', R.result, 0, no),
    load(WIDTH.word, R.r2, R.stack, PORTS),
    jump('ports'),
    place('without options'),
    field(WIDTH.word, R.r2, FRAME.transport),
    place('ports'),
    field(WIDTH.byte, R.r3, FRAME.protocol),
    jumpIf('equal', R.r3, UDP, 'has ports'),
    jumpIf('notEqual', R.r3, TCP, no),
    place('has ports'),
    field(WIDTH.word, R.r1, FRAME.source),
    field(WIDTH.word, R.r4, FRAME.destination),
    ...findSlot(maps.flows, no),
  ];
}

function findSlot({ fd, lines, seeds }: ProgramMaps['flows'], no: string): (Instruction | Place)[] {
  return [
    ...hashKey(seeds),
    // The key as two numbers, of which its beginning is the lower half.
    calculate('left', R.r4, 32),
    calculate('or', R.r1, reg(R.r4)),
    calculate('left', R.r3, 32),
    calculate('or', R.r2, reg(R.r3)),
    calculate32('and', R.result, lines - 1),
    ...lookForGroup(fd, no),
    calculate('left', R.result, LINE_SHIFT),
    ...lineAt(fd),
    ...lookAt('line', SLOTS_OF_A_LINE),
    // It may be where another line of the group had room: the next one first, which comes into the cache together with it.
    calculate('xor', R.result, 1 << LINE_SHIFT),
    ...lineAt(fd),
    ...lookAt('next line', SLOTS_OF_A_LINE),
    calculate('and', R.result, -(LINES_OF_A_GROUP << LINE_SHIFT)),
    ...lineAt(fd),
    ...lookAt('group', SLOTS_OF_A_GROUP),
    jump(no),
    place('found'),
  ];
}

/** Goes on if the group of the line whose number is in `result` has a flow. */
function lookForGroup(fd: number, no: string): (Instruction | Place)[] {
  return [
    set(R.r3, reg(R.result)),
    calculate('right', R.r3, GROUP_SHIFT),
    set(R.r4, reg(R.r3)),
    calculate('right', R.r4, GROUPS_OF_A_WORD_SHIFT),
    calculate('left', R.r4, 2),
    ...loadMapValue(R.r5, fd, TABLE.groups),
    add(R.r5, reg(R.r4)),
    load(WIDTH.word, R.r8, R.r5, 0),
    calculate32('right', R.r8, reg(R.r3)),
    jumpIf('anyOf', R.r8, 1, 'group has a flow'),
    jump(no),
    place('group has a flow'),
  ];
}

/** Leaves in r5 where the line is whose offset is in `result`. */
function lineAt(fd: number): Instruction[] {
  return [...loadMapValue(R.r5, fd, TABLE.lines), add(R.r5, reg(R.result))];
}

/** Compares with the key in r1 and r2, slot by slot from r5 on. Where one has it r5 is behind its key, and it goes on at `found`. */
function lookAt(what: string, slots: number): (Instruction | Place)[] {
  return Array.from({ length: slots }, (_, slot) => {
    const at = slot * SLOT_BYTES;
    const next = `${what}, not slot ${slot}`;
    return [
      load(WIDTH.double, R.r8, R.r5, at + KEY.source),
      jumpIf('notEqual', R.r8, reg(R.r1), next),
      load(WIDTH.double, R.r8, R.r5, at + KEY.ports),
      jumpIf('notEqual', R.r8, reg(R.r2), next),
      add(R.r5, at + KEY_BYTES),
      jump('found'),
      place(next),
    ];
  }).flat();
}
