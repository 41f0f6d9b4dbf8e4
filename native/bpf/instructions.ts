/** Instructions by name, for programs that are longer than a screen. Registers are numbers: `R.r0` to `R.r10`. */
import type { Instruction, Place } from './assembler.ts';

/** `result` is also what a helper or the program returns; 1 to 5 are a helper's arguments, and lost by the call; 6 to 9 are kept. */
export const R = {
  result: 0,
  r1: 1,
  r2: 2,
  r3: 3,
  r4: 4,
  r5: 5,
  r6: 6,
  r7: 7,
  r8: 8,
  r9: 9,
  stack: 10,
} as const;

/** Widths of loads and stores, as the operation codes have them. */
export const WIDTH = { byte: 0x10, half: 0x08, word: 0x00, double: 0x18 } as const;
type Width = (typeof WIDTH)[keyof typeof WIDTH];

const LOAD = 0x61;
const STORE = 0x63;
const STORE_IMMEDIATE = 0x62;
const ATOMIC_WORD = 0xc3;
const FETCH_AND_ADD = 0x01;
/** Set where the second operand is a register instead of a number. */
const BY_REGISTER = 0x08;

/** Of the arithmetic on 64 bits. */
const ARITHMETIC = {
  add: 0x07,
  subtract: 0x17,
  multiply: 0x27,
  or: 0x47,
  and: 0x57,
  left: 0x67,
  right: 0x77,
  xor: 0xa7,
  move: 0xb7,
} as const;
const CONDITIONS = {
  equal: 0x15,
  greater: 0x25,
  atLeast: 0x35,
  anyOf: 0x45,
  notEqual: 0x55,
  less: 0xa5,
  atMost: 0xb5,
} as const;
/** What the class of instructions for 64 bits has more than that for 32. */
const OF_64_BITS = 0x03;
/** Added where 32 bits are compared instead of 64: another class of instructions. */
const ON_32_BITS = 0x01;
const JUMP = 0x05;
const PSEUDO_MAP = 1;
const PSEUDO_MAP_VALUE = 2;

/** A register, or a number. */
type Operand = { readonly register: number } | number;

/** Marks an operand as a register. */
export const reg = (register: number): Operand => ({ register });

function withOperand(op: number, destination: number, operand: Operand, offset?: string): Instruction {
  const place = offset === undefined ? {} : { offset };
  return typeof operand === 'number'
    ? { op, destination, immediate: operand, ...place }
    : { op: op | BY_REGISTER, destination, source: operand.register, ...place };
}

/** `destination` = `destination` op `operand`, on 64 bits. */
export function calculate(
  operation: keyof typeof ARITHMETIC,
  destination: number,
  operand: Operand,
): Instruction {
  return withOperand(ARITHMETIC[operation], destination, operand);
}

/** As `calculate`, on the lower 32 bits; those above become 0. */
export function calculate32(
  operation: keyof typeof ARITHMETIC,
  destination: number,
  operand: Operand,
): Instruction {
  const instruction = calculate(operation, destination, operand);
  return { ...instruction, op: instruction.op - OF_64_BITS };
}

export const set = (destination: number, operand: Operand) => calculate('move', destination, operand);
export const add = (destination: number, operand: Operand) => calculate('add', destination, operand);

export function load(width: Width, destination: number, source: number, offset: number): Instruction {
  return { op: LOAD | width, destination, source, offset };
}

export function store(width: Width, destination: number, offset: number, source: number): Instruction {
  return { op: STORE | width, destination, offset, source };
}

/** Adds `amount` to a word in memory, on whatever processors that is done at once; the register has what was there then. */
export function fetchAndAdd(destination: number, offset: number, amount: number): Instruction {
  return { op: ATOMIC_WORD, destination, offset, source: amount, immediate: FETCH_AND_ADD };
}

export function storeNumber(
  width: Width,
  destination: number,
  offset: number,
  immediate: number,
): Instruction {
  return { op: STORE_IMMEDIATE | width, destination, offset, immediate };
}

/** Jumps where the condition holds; comparisons are of unsigned numbers. `anyOf`: any of these bits is set. */
export function jumpIf(
  condition: keyof typeof CONDITIONS,
  register: number,
  operand: Operand,
  to: string,
): Instruction {
  return withOperand(CONDITIONS[condition], register, operand, to);
}

/** As `jumpIf`, of the lower 32 bits: for numbers whose highest bit may be set. */
export function jumpIf32(
  condition: keyof typeof CONDITIONS,
  register: number,
  operand: Operand,
  to: string,
): Instruction {
  const jump = jumpIf(condition, register, operand, to);
  return { ...jump, op: jump.op + ON_32_BITS };
}

export const jump = (to: string): Instruction => ({ op: JUMP, offset: to });
export const place = (name: string): Place => ({ place: name });
export const call = (helper: number): Instruction => ({ op: 0x85, immediate: helper });
export const exit: Instruction = { op: 0x95 };

/** From or to the network's byte order, which is the same. @param bits 16 or 32; those above become 0. */
export const swap = (register: number, bits: 16 | 32): Instruction => ({
  op: 0xdc,
  destination: register,
  immediate: bits,
});

/** The address of the value of an array that has one. */
export function loadMapValue(destination: number, map: number, offset = 0): Instruction[] {
  return [
    { op: 0x18, destination, source: PSEUDO_MAP_VALUE, immediate: map },
    { op: 0, immediate: offset },
  ];
}

/** A map itself, as helpers are given it. */
export function loadMap(destination: number, map: number): Instruction[] {
  return [
    { op: 0x18, destination, source: PSEUDO_MAP, immediate: map },
    { op: 0, immediate: 0 },
  ];
}
