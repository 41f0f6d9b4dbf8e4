/** How a check says what is wrong: with the packet that shows it and a command to look at that packet. */

import { relative } from 'node:path';
import { shellWord } from '../../director/shown-text.ts';
import type { DecodedPacket } from '../../lab/captures/decoded-packet.ts';
import type { FieldDifference } from '../../lab/captures/differences.ts';
import { summaryOf } from '../../lab/captures/summary.ts';

/** A place in a capture: enough to find the packet again with tcpdump or Wireshark. */
export interface PacketReference {
  /** Path of the pcap. */
  capture: string;
  host: string;
  interface: string;
  /** 1-based frame number in that pcap, as Wireshark counts. */
  frame: number;
  /** Seconds since the epoch, as the capture says. */
  time: number;
  /** One line of what the packet is. */
  summary: string;
}

export interface Finding {
  /** What is wrong, as a sentence. */
  message: string;
  /** Field by field where a packet differs: what the requirement asks for and what the capture shows. */
  fields: FieldDifference[];
  packet?: PacketReference | undefined;
  /** A shell command that shows the packet. */
  command?: string | undefined;
}

/** Findings listed of one case; the rest is counted. */
export const LISTED_FINDINGS = 5;

/** A finding about a packet. Paths in it are absolute; `relativeTo` makes them fit for a result file. */
export function findingAbout(
  packet: DecodedPacket,
  message: string,
  fields: FieldDifference[] = [],
): Finding {
  return { message, fields, packet: referenceTo(packet), command: commandShowing(packet) };
}

/** A finding that no single packet shows. */
export function finding(message: string, fields: FieldDifference[] = []): Finding {
  return { message, fields };
}

export function referenceTo(packet: DecodedPacket): PacketReference {
  const { place, frame, time } = packet;
  return {
    capture: place.file,
    host: place.host,
    interface: place.interface,
    frame,
    time,
    summary: summaryOf(packet),
  };
}

/** A finding as it goes into the result file, which lies in `directory`. */
export function relativeTo(directory: string, one: Finding): Finding {
  const { packet, command } = one;
  return {
    ...one,
    ...(packet === undefined ? {} : { packet: { ...packet, capture: relative(directory, packet.capture) } }),
    ...(command === undefined ? {} : { command: command.replaceAll(`${directory}/`, '') }),
  };
}

/** tcpdump cannot select by number, but it can stop after one; `sed` leaves out what comes before. */
function commandShowing({ place, frame }: DecodedPacket): string {
  const lines = `tcpdump --number -nn -e -vvv -c ${frame} -r ${shellWord(place.file)}`;
  return `${lines} | sed -n '/^ *${frame}  /,$p'`;
}
