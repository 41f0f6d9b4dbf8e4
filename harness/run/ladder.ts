/** The packets of a case as a ladder of hosts shows them: who sent what to whom, and what each host changed in it. */

import type { DecodedPacket } from '../../lab/captures/decoded-packet.ts';
import { fieldsOf } from '../../lab/captures/fields.ts';
import { summaryOf } from '../../lab/captures/summary.ts';
import type { Observation } from '../../lab/captures/trace/observation.ts';
import {
  type Hop,
  type LinkTransit,
  linkTransitsOf,
  packetTracesOf,
  UNKNOWN_HOST,
} from '../../lab/captures/trace/packet-trace.ts';
import type { Topology } from '../../lab/index.ts';
import type { LadderFlow, Rung } from '../../reports/result.ts';

const ROLES = ['client', 'router', 'director', 'server', 'store'] as const;

/**
 * Rungs in the order in which the packets set out, the whole path of each packet in one piece, so that packets sent in a
 * burst can be followed. If there are more than `limit` rungs, the first whole paths are shown.
 *
 * @param pcap Path of the pcap with these packets, relative to the result. @param observations In time order.
 */
export function ladderOf(
  topology: Topology,
  observations: readonly Observation[],
  { pcap, limit }: { readonly pcap: string; readonly limit: number },
): LadderFlow {
  const transits = linkTransitsOf(topology, observations);
  const shown: DirectedHop[] = [];
  for (const trace of packetTracesOf(topology, observations, transits)) {
    if (shown.length > 0 && shown.length + trace.length > limit) break;
    const direction = directionOf(topology, trace);
    shown.push(...trace.slice(0, limit).map((hop) => ({ ...hop, direction })));
  }
  const startTime = shown[0]?.packet.time ?? 0;
  return {
    pcap,
    hosts: hostsOf(topology, shown),
    rungs: shown.map((hop) => rungOf(hop, startTime)),
    leftOut: transits.length - shown.length,
  };
}

/** The hosts that took part, and the director in any case. */
function hostsOf(topology: Topology, transits: readonly LinkTransit[]): string[] {
  const names = new Set(transits.flatMap(({ from, to }) => [from, to]));
  return [
    ...ROLES.flatMap((role) =>
      topology.hosts
        .filter((host) => host.role === role && (role === 'director' || names.has(host.name)))
        .map(({ name }) => name),
    ),
    ...(names.has(UNKNOWN_HOST) ? [UNKNOWN_HOST] : []),
  ];
}

type DirectedHop = Hop & Pick<Rung, 'direction'>;

/**
 * By where a packet set out, not by where a host stands in the ladder: in TUN a request leaves the director on the side
 * that it came in on. What the director or a router sends by itself, such as an ICMP error, counts by where it ended.
 */
function directionOf({ hosts }: Topology, trace: readonly Hop[]): Rung['direction'] {
  const roleOf = (name: string | undefined) => hosts.find((host) => host.name === name)?.role;
  const [first] = trace;
  if (first?.packet.arp !== undefined) return first.packet.arp.isReply ? 'reply' : 'request';
  const sender = roleOf(first?.from);
  if (sender === 'client') return 'request';
  if (sender === 'server' || sender === 'store') return 'reply';
  return roleOf(trace.at(-1)?.to) === 'client' ? 'reply' : 'request';
}

function rungOf({ from, to, direction, packet, origin }: DirectedHop, startTime: number): Rung {
  const fields = fieldsWithFrame(packet);
  return {
    atMs: Math.round((packet.time - startTime) * 1e6) / 1e3,
    from,
    to,
    direction,
    summary: summaryOf(packet),
    fields,
    changed: origin === undefined ? [] : changes(fieldsWithFrame(origin), fields),
  };
}

type NamedValue = Rung['fields'][number];

function fieldsWithFrame(packet: DecodedPacket): NamedValue[] {
  return [
    { field: 'source MAC', value: packet.sourceMac },
    { field: 'destination MAC', value: packet.destinationMac },
    ...(packet.arp === undefined ? fieldsOf(packet.ipBytes) : []).map(({ field, value }) => ({
      field,
      value,
    })),
  ];
}

/** Value of a field that a packet does not have, such as those of the outer header before encapsulation. */
const NONE = 'none';

function changes(before: readonly NamedValue[], after: readonly NamedValue[]): Rung['changed'] {
  const [then, now] = [before, after].map(
    (fields) => new Map(fields.map(({ field, value }) => [field, value])),
  ) as [Map<string, string>, Map<string, string>];
  return [...new Set([...now.keys(), ...then.keys()])]
    .map((field) => ({ field, before: then.get(field) ?? NONE, after: now.get(field) ?? NONE }))
    .filter((one) => one.before !== one.after);
}
