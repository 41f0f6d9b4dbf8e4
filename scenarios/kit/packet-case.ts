/** A case with scripted hosts, which runs the same in memory and in namespaces. */

import type { DecodedPacket } from '../../lab/captures/decoded-packet.ts';
import type { Mode, Topology } from '../../lab/index.ts';
import type { Requirement } from './requirement.ts';
import type { CheckResult } from './session-case.ts';
import type { Stage } from './stage.ts';

export interface PacketCase<Stimulus = unknown> extends Requirement {
  /** Takes too long in real time, so it runs in memory only, where time is virtual. Listed as such. */
  readonly virtualTime?: boolean;
  /** Thousands of connections or services, which take seconds of processor time: left out of a quick bench. */
  readonly atScale?: boolean;
  /** Connections that the table must have room for; 4096 unless given. */
  readonly room?: number;
  /** Sends the packets and returns what the check needs to know: packets sent, states seen, lists printed. */
  readonly play: (stage: Stage) => Promise<Stimulus>;
  /** A pure function of the captures and of what `play` returned. */
  readonly check: (seen: Seen, stimulus: Stimulus) => CheckResult;
  /** The same by the scheduler’s policy alone, for directors that do not choose as IPVS does to the last tie. */
  readonly checkPolicy?: (seen: Seen, stimulus: Stimulus) => CheckResult;
}

/** Ties the stimulus type of `play` and `check` together, and hides it from outside. */
export function packetCase<Stimulus>(one: PacketCase<Stimulus>): PacketCase {
  return one as PacketCase;
}

/** The captures of one case: every interface of every host, from its first packet to its last. */
export interface Seen {
  readonly mode: Mode;
  readonly topology: Topology;
  readonly vip: string;
  readonly dip: string;
  /** IPv4 packets in time order; ARP is left out. Throws where an interface was not captured. */
  on(host: string, port: string): readonly DecodedPacket[];
  /** Packets that the director got from the clients’ side or sent to it, ARP left out. */
  readonly fromClients: readonly DecodedPacket[];
  readonly toClients: readonly DecodedPacket[];
  /** The same on the servers’ side. In DR and TUN both are one interface: told apart by MAC addresses. */
  readonly fromServers: readonly DecodedPacket[];
  readonly toServers: readonly DecodedPacket[];
  /** What reached a station’s interface, or left it: `at('rs1')`, `by('rs1')`. */
  at(host: string): readonly DecodedPacket[];
  by(host: string): readonly DecodedPacket[];
  /** ARP packets on an interface. */
  arp(host: string, port: string): readonly DecodedPacket[];
}
