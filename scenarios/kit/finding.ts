/** How a check says what is wrong: with the packet that shows it and a command to look at that packet. */
import { relative } from 'node:path';
import type { DecodedPacket } from '../../lab/captures/decoded-packet.ts';
import { summaryOf } from '../../lab/captures/summary.ts';
import type { Finding, PacketReference } from '../../reports/result.ts';

/** Findings listed of one case; the rest is counted. */
export const LISTED_FINDINGS = 5;

/** A finding about a packet. Paths in it are absolute; `relativeTo` makes them fit for a result file. */
export function findingAbout(
  packet: DecodedPacket,
  message: string,
  fields: Finding['fields'] = [],
): Finding {
  return { message, fields, packet: referenceTo(packet), command: commandShowing(packet) };
}

/** A finding that no single packet shows. */
export function finding(message: string, fields: Finding['fields'] = []): Finding {
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
  const lines = `tcpdump --number -nn -e -vvv -c ${frame} -r ${place.file} 2>/dev/null`;
  return `${lines} | sed -n '/^ *${frame}  /,$p'`;
}
