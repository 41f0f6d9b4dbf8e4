/** How a packet differs from what it should be, field by field. */

import { get16, headerBytesOf, plainChecksum, writeHeaderChecksum } from '../frames/index.ts';
import { type Field, fieldsOf } from './fields.ts';
import { hexNumber } from './format.ts';

/** What a field should say, and what it says. */
export interface FieldDifference {
  field: string;
  expected: string;
  seen: string;
}

/** Said of a field that only the other packet has. */
const ABSENT = 'no such field';

/**
 * Fields in which two IPv4 packets differ; bytes that no field covers (data) by the place of the first that differs.
 *
 * @param ignore Names of fields (see `fields.ts`) that may have any value.
 */
export function differences(
  expected: Uint8Array,
  seen: Uint8Array,
  ignore: readonly string[] = [],
): FieldDifference[] {
  if (Buffer.compare(expected, seen) === 0) return [];
  const wanted = withAlternatives(expected, seen, ignore);
  if (Buffer.compare(wanted, seen) === 0) return [];
  const [fieldsWanted, fieldsSeen] = [fieldsOf(wanted), fieldsOf(seen)];
  const names = new Set([...fieldsWanted, ...fieldsSeen].map(({ field }) => field));
  const found: FieldDifference[] = [];
  for (const name of names) {
    if (ignore.includes(name)) continue;
    const [a, b] = [fieldValue(fieldsWanted, name), fieldValue(fieldsSeen, name)];
    if (a !== b) found.push({ field: name, expected: a, seen: b });
  }
  return [...found, ...firstByte(wanted, seen, found.length > 0 ? fieldsWanted : [])];
}

function fieldValue(fields: readonly Field[], name: string): string {
  return fields.find(({ field }) => field === name)?.value ?? ABSENT;
}

/** The first byte that differs outside of fields; the end of a packet counts where nothing else differs. */
function firstByte(expected: Uint8Array, seen: Uint8Array, fields: readonly Field[]): FieldDifference[] {
  const inField = new Set(fields.flatMap(({ at, bytes }) => Array.from({ length: bytes }, (_, i) => at + i)));
  const lengths = [expected.length, seen.length];
  const length = fields.length === 0 ? Math.max(...lengths) : Math.min(...lengths);
  for (let i = 0; i < length; i++) {
    if (expected[i] === seen[i] || inField.has(i)) continue;
    return [
      {
        field: `byte ${i} of the IP packet`,
        expected: byteText(expected[i]),
        seen: byteText(seen[i]),
      },
    ];
  }
  return [];
}

function byteText(byte: number | undefined): string {
  return byte === undefined ? 'no byte: the packet ends before' : hexNumber(byte, 2);
}

/**
 * The expected packet, with the seen one’s value wherever that is as good: in fields that are ignored (the IP header’s
 * checksum follows them), and 0 in its other form in a TCP checksum. In one’s complement 0xffff is 0 too: senders write
 * either, and an incremental update keeps to neither.
 */
function withAlternatives(expected: Uint8Array, seen: Uint8Array, ignore: readonly string[]): Uint8Array {
  const wanted = Uint8Array.from(expected);
  const fieldsSeen = fieldsOf(seen);
  for (const { field, at, bytes } of fieldsOf(expected)) {
    const other = fieldsSeen.find((one) => one.field === field);
    if (other === undefined || other.at !== at || other.bytes !== bytes) continue;
    const isOtherZero =
      field.endsWith('TCP checksum') && isZero(get16(expected, at)) && isZero(get16(seen, at));
    if (ignore.includes(field) || isOtherZero) wanted.set(seen.subarray(at, at + bytes), at);
  }
  if (ignore.some((field) => field.includes('IP '))) refreshHeaderChecksums(wanted, expected);
  return wanted;
}

/** Header checksums that were right before are made right again. */
function refreshHeaderChecksums(wanted: Uint8Array, expected: Uint8Array): void {
  for (const { field, at } of fieldsOf(expected)) {
    if (!field.endsWith('IP header checksum')) continue;
    const header = at - 10;
    if (plainChecksum(headerOf(expected, header)) === 0) writeHeaderChecksum(wanted.subarray(header));
  }
}

function headerOf(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.subarray(at, at + headerBytesOf(bytes.subarray(at)));
}

function isZero(checksum: number): boolean {
  return checksum === 0 || checksum === 0xffff;
}
