/** Holds every decision of a sequence against a reference model. */

import { finding, findingAbout } from '../../harness/finding.ts';
import { outcome } from '../../harness/packets/expect.ts';
import type { Seen } from '../../harness/packets/packet-case.ts';
import type { Outcome } from '../../harness/scenario.ts';
import type { Finding } from '../../reports/result.ts';
import type { Decision, Model, ModelServer } from '../oracles/choice.ts';
import { type Arrival, arrivalsOf, byClient, endpoint } from './arrivals.ts';
import type { ListedServer } from './ipvsadm-lists.ts';
import type { PlayedSequence } from './sequence.ts';
import type { RealServer } from './service.ts';

interface Load {
  active: number;
  inactive: number;
}

/**
 * The model is always told what has happened in fact, so one wrong decision is one finding and does not make the rest
 * look wrong.
 */
export function judgeSequence(seen: Seen, played: PlayedSequence, name: string, model: Model): Outcome {
  const arrivals = byClient(arrivalsOf(seen));
  const loads = new Map(played.servers.map((server) => [server.name, { active: 0, inactive: 0 }]));
  const past: Decision[] = [];
  const findings: Finding[] = [];
  for (const step of played.steps) {
    if ('close' in step) {
      const [first] = arrivals.get(endpoint(step.close)) ?? [];
      const load = first && loads.get(first.server);
      if (load === undefined) continue;
      load.active--;
      load.inactive++;
      continue;
    }
    const packets = arrivals.get(endpoint(step.open)) ?? [];
    const [first] = packets;
    const list = listOf(played.servers, loads);
    const request = {
      client: step.open.address,
      clientPort: step.open.port,
      destination: played.destination,
    };
    const expected = model(list, request, past);
    if (first?.server !== expected) {
      findings.push(wrongDecision(name, past.length + 1, expected, first, list, endpoint(step.open)));
    }
    findings.push(...strays(packets));
    past.push({ request, server: first?.server });
    const load = first && loads.get(first.server);
    if (load !== undefined) load.active++;
  }
  return outcome(
    past.length,
    `${past.length} decisions, each compared with the definition of ${name}`,
    findings,
    wrongCounts(played, loads),
  );
}

/** In the scheduler’s order: who was added last comes first. */
function listOf(servers: readonly RealServer[], loads: ReadonlyMap<string, Load>): ModelServer[] {
  return servers.map((server) => ({ ...server, ...loads.get(server.name)! })).reverse();
}

function wrongDecision(
  name: string,
  number: number,
  expected: string | undefined,
  first: Arrival | undefined,
  list: readonly ModelServer[],
  client: string,
): Finding {
  const state = list
    .map(
      (server) =>
        `${server.name} weight ${server.weight}, ${server.active} active, ${server.inactive} inactive`,
    )
    .join('; ');
  const sentence = `Connection ${number} (${client}) is not where ${name} sends it. Before it: ${state}.`;
  const fields = [{ field: 'real server', expected: expected ?? 'none', seen: first?.server ?? 'none' }];
  return first === undefined ? finding(sentence, fields) : findingAbout(first.packet, sentence, fields);
}

/** Packets of a connection that reached another server than its first one did. */
export function strays(packets: readonly Arrival[]): Finding[] {
  const home = packets[0]?.server;
  return packets
    .filter(({ server }) => server !== home)
    .map(({ packet, server }) =>
      findingAbout(packet, 'This packet belongs to a connection that began on another server.', [
        { field: 'real server', expected: String(home), seen: server },
      ]),
    );
}

/** The director’s own counts at the end. */
function wrongCounts({ servers, listed }: PlayedSequence, loads: ReadonlyMap<string, Load>): Finding[] {
  return servers.flatMap(({ name, address, port }) => {
    const { active, inactive } = loads.get(name)!;
    const row = listed.find((one) => one.address === `${address}:${port}`);
    const isRight = row?.active === active && row.inactive === inactive;
    if (isRight) return [];
    return [
      finding(`ipvsadm does not count the connections of ${name} as they are.`, [
        { field: 'ActiveConn', expected: String(active), seen: countText(row, 'active') },
        { field: 'InActConn', expected: String(inactive), seen: countText(row, 'inactive') },
      ]),
    ];
  });
}

function countText(row: ListedServer | undefined, count: 'active' | 'inactive'): string {
  return row === undefined ? 'no such server' : String(row[count]);
}
