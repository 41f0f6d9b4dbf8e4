import type { Hop, LadderFlow, Rung, Session } from '../../result.ts';
import { type Step, stepsOf } from '../drawing/steps.ts';
import type { Markup } from '../markup.ts';
import { ladder } from './ladder.ts';

/** One request and its reply as a ladder: from host to host, as the captures of a session saw them. */
export function pathLadder(session: Pick<Session, 'path' | 'topology'>): Markup | undefined {
  const { path, topology } = session;
  const { steps, stepOf } = stepsOf(session);
  const hops = [...path.request, ...path.reply];
  const startTime = hops[0]?.packet.time ?? 0;
  const stepOfRung = new Map<Rung, Step>();
  let before: Hop | undefined;
  for (const step of steps) {
    const { from, to, kind } = step;
    if (from === undefined || to === undefined) continue;
    const hop = hops.find((one) => stepOf.get(one) === step);
    if (hop === undefined) continue;
    const isFirst = before === undefined || path.request.includes(before) !== path.request.includes(hop);
    const rung: Rung = {
      atMs: (hop.packet.time - startTime) * 1000,
      from: from.host,
      to: to.host,
      direction: kind,
      summary: hop.packet.summary,
      fields: fieldsOf(hop),
      changed: before === undefined || isFirst ? [] : changes(fieldsOf(before), fieldsOf(hop)),
    };
    stepOfRung.set(rung, step);
    before = hop;
  }
  const rungs = [...stepOfRung.keys()];
  if (rungs.length === 0) return undefined;
  const flow: LadderFlow = {
    pcap: '',
    hosts: topology.hosts.map(({ name }) => name),
    rungs,
    leftOut: 0,
  };
  return ladder({ title: 'one request and its reply', findings: [] }, flow, stepOfRung);
}

/** Named as those of a case’s packets: what is in an outer header is told from the rest by that. */
function fieldsOf({ source, destination, outer, ttl, sourceMac, destinationMac }: Hop): Rung['fields'] {
  return [
    { field: 'source MAC', value: sourceMac },
    { field: 'destination MAC', value: destinationMac },
    ...(outer
      ? [
          { field: 'outer source', value: outer.source },
          { field: 'outer destination', value: outer.destination },
        ]
      : []),
    { field: 'source', value: source },
    { field: 'destination', value: destination },
    { field: 'TTL', value: String(ttl) },
  ];
}

function changes(before: Rung['fields'], after: Rung['fields']): Rung['changed'] {
  const then = new Map(before.map(({ field, value }) => [field, value]));
  const now = new Map(after.map(({ field, value }) => [field, value]));
  return [...new Set([...now.keys(), ...then.keys()])]
    .map((field) => ({ field, before: then.get(field) ?? 'none', after: now.get(field) ?? 'none' }))
    .filter((one) => one.before !== one.after);
}
