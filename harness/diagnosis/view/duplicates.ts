/**
 * Packets that a capture holds more than once: the same file given twice, or `tcpdump -i any` where a packet passes
 * several interfaces of one host (a bond and its ports, a bridge, a VLAN).
 */
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import type { OpenedCapture } from '../../../lab/captures/files/open-capture.ts';
import { hex } from '../../../lab/frames/index.ts';
import { countedOf } from '../../../statistics/number-text.ts';

/** A retransmission takes longer: the least timeout of Linux is 200 ms. */
const SAME_WITHIN_S = 0.001;

export interface Deduplicated {
  readonly captures: readonly OpenedCapture[];
  /** What was left out, in sentences. */
  readonly remarks: readonly string[];
}

export function withoutDuplicates(captures: readonly OpenedCapture[]): Deduplicated {
  const remarks: string[] = [];
  const kept: OpenedCapture[] = [];
  for (const [host, own] of Map.groupBy(captures, (capture) => capture.host)) {
    const seen = new Map<string, number>();
    for (const capture of own) {
      const packets = capture.packets.filter((packet) => isNew(packet, seen));
      const left = capture.packets.length - packets.length;
      if (left > 0) {
        remarks.push(
          `${capture.file}: ${countedOf(left, capture.packets.length, 'packet')} of ${host} stand there a second time (a file that was given twice, or a packet on several interfaces of one host); each counts once.`,
        );
      }
      kept.push({ ...capture, packets });
    }
  }
  return { captures: kept, remarks: [...remarks, ...sameForTwoHosts(captures)] };
}

function isNew(packet: DecodedPacket, seen: Map<string, number>): boolean {
  // ARP messages have no number of their own by which a second one is told from a copy.
  if (packet.ip === undefined) return true;
  const key = keyOf(packet);
  const before = seen.get(key);
  seen.set(key, packet.time);
  return before === undefined || Math.abs(packet.time - before) > SAME_WITHIN_S;
}

/** Every byte above the link layer, with who sent it, and which way it went as far as the capture says. */
function keyOf({ bytes, seen, sourceMac, destinationMac }: DecodedPacket): string {
  return `${seen?.direction ?? destinationMac} ${sourceMac} ${hex(bytes.subarray(12, 12 + KEY_BYTES))} ${bytes.length}`;
}

/** Headers and the beginning of the data. */
const KEY_BYTES = 120;

function sameForTwoHosts(captures: readonly OpenedCapture[]): string[] {
  return captures.flatMap((one, i) =>
    captures
      .slice(i + 1)
      .filter((other) => other.host !== one.host && other.packets.length > 0 && isSame(one, other))
      .map(
        (other) =>
          `${one.file} of ${one.host} and ${other.file} of ${other.host} hold the same packets at the same times: one of them is most likely the wrong file.`,
      ),
  );
}

function isSame({ packets: a }: OpenedCapture, { packets: b }: OpenedCapture): boolean {
  return (
    a.length === b.length &&
    a.every((packet, i) => packet.time === b[i]?.time && packet.bytes.length === b[i]?.bytes.length)
  );
}
