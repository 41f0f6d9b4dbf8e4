/** Where packets were seen: each time one left an interface or came in at one. */

import type { Interface, Topology } from '../../index.ts';
import type { DecodedPacket } from '../decoded-packet.ts';
import type { DecodedCapture } from '../read-capture.ts';

export interface Observation {
  readonly packet: DecodedPacket;
  /** Whether it left the interface that it was seen on; else it came in. */
  readonly sent: boolean;
  /** Name of the switch behind that interface. */
  readonly segment: string;
}

/** What was captured while a packet case was played, by host: what reached it, what left it, ARP on an interface. */
export interface CasePackets {
  readonly topology: Topology;
  at(host: string): readonly DecodedPacket[];
  by(host: string): readonly DecodedPacket[];
  arp(host: string, port: string): readonly DecodedPacket[];
}

/** The captures of a whole session, and the interfaces that they were taken on. */
export interface SessionCaptures {
  readonly captures: readonly DecodedCapture[];
  interfaceOf(host: string, port: string): Interface;
}

/** Everything that was seen while a packet case was played, in time order. @param withArp ARP too. */
export function observationsOfCase(seen: CasePackets, withArp: boolean): Observation[] {
  return inTimeOrder(
    seen.topology.hosts.flatMap(({ name, interfaces }) => {
      const segments = new Map(interfaces.map((port) => [port.name, port.switch]));
      const observed = (packet: DecodedPacket, sent: boolean): Observation => ({
        packet,
        sent,
        segment: segments.get(packet.place.interface) ?? '',
      });
      return [
        ...seen.by(name).map((packet) => observed(packet, true)),
        ...seen.at(name).map((packet) => observed(packet, false)),
        ...(withArp ? interfaces.flatMap((port) => arpObservations(seen, name, port)) : []),
      ];
    }),
  );
}

function arpObservations(seen: CasePackets, host: string, port: Interface): Observation[] {
  return seen
    .arp(host, port.name)
    .map((packet) => ({ packet, sent: packet.sourceMac === port.mac, segment: port.switch }));
}

/** What was seen of some packets of a session, in time order. Frames that a switch flooded past others are left out. */
export function observationsOfSession(
  session: SessionCaptures,
  wanted: (packet: DecodedPacket) => boolean,
): Observation[] {
  return inTimeOrder(
    session.captures.flatMap(({ host, interface: port, packets }) => {
      const { mac, switch: segment } = session.interfaceOf(host, port);
      return packets
        .filter(wanted)
        .filter(({ sourceMac, destinationMac }) => sourceMac === mac || destinationMac === mac)
        .map((packet) => ({ packet, sent: packet.sourceMac === mac, segment }));
    }),
  );
}

/** At one and the same time what comes in is before what goes out because of it. */
function inTimeOrder(observations: Observation[]): Observation[] {
  return observations.sort((a, b) => a.packet.time - b.packet.time || Number(a.sent) - Number(b.sent));
}
