/**
 * How checks of packet cases say what should have been on the wire. Each function returns findings, none where all is
 * as expected; `outcome` puts them together.
 */

import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { differences, type FieldDifference } from '../../../lab/captures/differences.ts';
import { fieldsOf } from '../../../lab/captures/fields.ts';
import { summaryOfIp } from '../../../lab/captures/summary.ts';
import { counted } from '../../../statistics/number-text.ts';
import type { Finding } from '../finding.ts';
import { finding, findingAbout } from '../finding.ts';
import type { CheckResult } from '../session-case.ts';

/** @param examined Packets, answers or states looked at: with none of them the case cannot pass. */
export function outcome(
  examined: number,
  evidence: string,
  ...findings: readonly (readonly Finding[])[]
): CheckResult {
  return { examined, evidence, findings: findings.flat() };
}

interface PacketExpectation {
  /** What the packets are, as it stands in a sentence: `the request that rs1 gets`. */
  readonly what: string;
  /** Fields by their names in `captures/fields.ts` that may have any value: `['IP identification']`. */
  readonly ignore?: readonly string[];
  /** Set where the packets of a flow may come in any order. */
  readonly anyOrder?: boolean;
}

/**
 * Compares the packets seen with the IPv4 packets expected (outer header first, where there is one), byte for byte
 * and in order, flow by flow: which ones differ and in what, which are missing, which should not be there.
 */
export function expectPackets(
  seen: readonly DecodedPacket[],
  expected: readonly Uint8Array[],
  { what, ignore = [], anyOrder = false }: PacketExpectation,
): Finding[] {
  const differing = (packet: DecodedPacket, wanted: Uint8Array) =>
    differences(wanted, packet.ipBytes, ignore);
  const taken = new Set<number>();
  const order: number[] = [];
  // Exact matches are taken first, so that one missing packet does not make all after it look wrong.
  let firstLeft = 0;
  const unmet = expected.filter((wanted) => {
    while (taken.has(firstLeft)) firstLeft++;
    const at = seen.findIndex(
      (packet, i) => i >= firstLeft && !taken.has(i) && differing(packet, wanted).length === 0,
    );
    if (at < 0) return true;
    order.push(at);
    taken.add(at);
    return false;
  });
  const left = seen.filter((_, i) => !taken.has(i));
  const pairs = Math.min(unmet.length, left.length);
  return [
    ...unmet.slice(0, pairs).map((wanted, i) => {
      const packet = left[i] as DecodedPacket;
      return findingAbout(packet, `This is not ${what} as it should be.`, differing(packet, wanted));
    }),
    ...unmet
      .slice(pairs)
      .map((wanted) => finding(`Missing: ${what}: ${summaryOfIp(wanted)}.`, asMissing(wanted))),
    ...left.slice(pairs).map((packet) => findingAbout(packet, `One packet too many: ${what}.`)),
    ...(anyOrder ? [] : outOfOrder(seen, order, what)),
  ];
}

function asMissing(wanted: Uint8Array): FieldDifference[] {
  return fieldsOf(wanted).map(({ field, value }) => ({ field, expected: value, seen: 'no packet' }));
}

/** Who forwards owes an order to the packets of each flow alone (RFC 2991 §2). */
function outOfOrder(seen: readonly DecodedPacket[], order: readonly number[], what: string): Finding[] {
  const last = new Map<string, number>();
  for (const place of order) {
    const packet = seen[place] as DecodedPacket;
    const flow = flowOf(packet);
    if (place < (last.get(flow) ?? 0))
      return [findingAbout(packet, `${what}: this packet came out of order.`)];
    last.set(flow, place);
  }
  return [];
}

function flowOf({ payload }: DecodedPacket): string {
  if (payload === undefined) return '';
  const { protocol, source, sourcePort, destination, destinationPort } = payload;
  return [protocol, source, sourcePort, destination, destinationPort].join(' ');
}

/** There should be no packet: each one that is there is a finding with this sentence. */
export function expectNothing(packets: readonly DecodedPacket[], sentence: string): Finding[] {
  return packets.map((packet) => findingAbout(packet, sentence));
}

/**
 * Holds fields of one packet, by their names in `captures/fields.ts` or `source MAC` and `destination MAC`, against
 * what they should be: `expectFields(packet, 'The outer header is wrong.', { 'outer IP TTL': 63 })`.
 *
 * @param packet Where it is undefined, the packet is missing, and that is the finding.
 */
export function expectFields(
  packet: DecodedPacket | undefined,
  sentence: string,
  expected: Readonly<Record<string, string | number | boolean>>,
): Finding[] {
  const values = packet === undefined ? new Map<string, string>() : valuesOf(packet);
  const fields = Object.entries(expected)
    .map(([field, value]) => ({
      field,
      expected: String(value),
      seen: values.get(field) ?? (packet === undefined ? 'no packet' : 'no such field'),
    }))
    .filter(({ expected: wanted, seen }) => wanted !== seen && wanted !== withoutUnit(seen));
  if (packet === undefined) return [finding(`${sentence} There is no such packet.`, fields)];
  return fields.length === 0 ? [] : [findingAbout(packet, sentence, fields)];
}

/** A number of bytes may be asked for as a number. */
function withoutUnit(value: string): string {
  return value.replace(/ bytes$/, '');
}

/** The value of one field of a packet, or undefined where it has none. */
export function fieldOf(packet: DecodedPacket, field: string): string | undefined {
  return valuesOf(packet).get(field);
}

function valuesOf(packet: DecodedPacket): Map<string, string> {
  return new Map([
    ['source MAC', packet.sourceMac],
    ['destination MAC', packet.destinationMac],
    ...fieldsOf(packet.ipBytes).map(({ field, value }): [string, string] => [field, value]),
  ]);
}

/** Holds what is no packet (states, counters, what ipvsadm prints) against what it should be, by name. */
export function expectValues(
  sentence: string,
  values: Readonly<Record<string, readonly [expected: string | number, seen: string | number | undefined]>>,
): Finding[] {
  const fields = Object.entries(values)
    .map(([field, [expected, seen]]) => ({
      field,
      expected: String(expected),
      seen: String(seen ?? 'nothing'),
    }))
    .filter(({ expected, seen }) => expected !== seen);
  return fields.length === 0 ? [] : [finding(sentence, fields)];
}

/** Expects this many packets; where there are more or fewer, the finding shows the first one. */
export function expectCount(packets: readonly DecodedPacket[], count: number, what: string): Finding[] {
  if (packets.length === count) return [];
  const fields = [{ field: 'packets', expected: String(count), seen: String(packets.length) }];
  const [first] = packets;
  const sentence = `Expected ${counted(count, 'packet')}, saw ${packets.length}: ${what}.`;
  return [first === undefined ? finding(sentence, fields) : findingAbout(first, sentence, fields)];
}
