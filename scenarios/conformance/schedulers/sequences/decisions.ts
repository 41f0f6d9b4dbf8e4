/** The scheduler’s decisions in a sequence as the real servers’ captures show them, with the loads before each. */

import { type Arrival, arrivalsOf, byClient, endpoint } from '../../../kit/arrivals.ts';
import type { Finding } from '../../../kit/finding.ts';
import { finding, findingAbout } from '../../../kit/finding.ts';
import type { ListedServer } from '../../../kit/ipvsadm-lists.ts';
import type { Seen } from '../../../kit/packet-case.ts';
import type { RealServer } from '../../../kit/service.ts';
import type { Decision, ModelServer } from '../../../models/choice.ts';
import type { SequenceRun } from './sequence.ts';

export interface ObservedDecision extends Decision {
  /** From 1. */
  readonly number: number;
  /** Servers before the decision, in the scheduler’s order: who was added last comes first. */
  readonly list: readonly ModelServer[];
  /** Packets of the connection that reached a server. */
  readonly packets: readonly Arrival[];
}

interface Load {
  active: number;
  inactive: number;
}

export interface Observation {
  readonly decisions: readonly ObservedDecision[];
  /** What is wrong with where packets went after the decision, and with the director’s counts at the end. */
  readonly findings: readonly Finding[];
}

/** Loads are those that came about in fact: one wrong decision does not make the next ones look wrong. */
export function observeDecisions(seen: Seen, { steps, servers, listed }: SequenceRun): Observation {
  const arrivals = byClient(arrivalsOf(seen));
  const loads = new Map<string, Load>(servers.map(({ name }) => [name, { active: 0, inactive: 0 }]));
  const decisions: ObservedDecision[] = [];
  for (const { action, client, destination } of steps) {
    const packets = arrivals.get(endpoint(client)) ?? [];
    const server = packets[0]?.server;
    const load = loads.get(server ?? '');
    if (action === 'close') {
      if (load === undefined) continue;
      load.active--;
      load.inactive++;
      continue;
    }
    const request = { client: client.address, clientPort: client.port, destination };
    decisions.push({ number: decisions.length + 1, request, server, list: listOf(servers, loads), packets });
    if (load !== undefined) load.active++;
  }
  const strays = decisions.flatMap(({ packets }) => straysOf(packets));
  return {
    decisions,
    findings: [...strays, ...(listed === undefined ? [] : wrongCounts(servers, listed, loads))],
  };
}

function listOf(servers: readonly RealServer[], loads: ReadonlyMap<string, Load>): ModelServer[] {
  return servers.map((server) => ({ ...server, ...loads.get(server.name)! })).reverse();
}

/** Packets of a connection that reached another server than its first one did. */
function straysOf(packets: readonly Arrival[]): Finding[] {
  const home = packets[0]?.server;
  return packets
    .filter(({ server }) => server !== home)
    .map(({ packet, server }) =>
      findingAbout(packet, 'This packet belongs to a connection that began on another server.', [
        { field: 'real server', expected: String(home), seen: server },
      ]),
    );
}

function wrongCounts(
  servers: readonly RealServer[],
  listed: readonly ListedServer[],
  loads: ReadonlyMap<string, Load>,
): Finding[] {
  return servers.flatMap(({ name, address, port }) => {
    const { active, inactive } = loads.get(name)!;
    const row = listed.find((one) => one.address === `${address}:${port}`);
    if (row?.active === active && row.inactive === inactive) return [];
    return [
      finding(`ipvsadm does not count the connections of ${name} as they are.`, [
        { field: 'ActiveConn', expected: String(active), seen: String(row?.active ?? 'no such server') },
        { field: 'InActConn', expected: String(inactive), seen: String(row?.inactive ?? 'no such server') },
      ]),
    ];
  });
}

/** A finding about a decision: its packet where there is one, and what the servers had before it. */
export function findingOnDecision(decision: ObservedDecision, sentence: string, expected: string): Finding {
  const { number, request, list, packets, server } = decision;
  const state = list
    .map(
      ({ name, weight, active, inactive }) =>
        `${name} weight ${weight}, ${active} active, ${inactive} inactive`,
    )
    .join('; ');
  const client = `${request.client}:${request.clientPort}`;
  const whole = `Connection ${number} (${client}) ${sentence} Before it: ${state}.`;
  const fields = [{ field: 'real server', expected, seen: server ?? 'none' }];
  const [first] = packets;
  return first === undefined ? finding(whole, fields) : findingAbout(first.packet, whole, fields);
}
