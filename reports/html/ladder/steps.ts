import type { LadderFlow, Rung, SessionTopology } from '../../result.ts';
import type { End, Step } from '../drawing/steps.ts';

/** The paths of a case's packets, each once, and which one a packet took. */
export interface LadderSteps {
  readonly steps: readonly Step[];
  readonly stepOf: ReadonlyMap<Rung, Step>;
}

/** Ways over segments of the topology; a packet between hosts that share no segment has none. */
export function ladderSteps(flow: LadderFlow, topology: SessionTopology): LadderSteps {
  const byWay = new Map<string, Step>();
  const stepOf = new Map<Rung, Step>();
  for (const rung of flow.rungs) {
    const tunnelled = rung.fields.some(({ field }) => field.startsWith('outer '));
    const key = JSON.stringify([rung.from, rung.to, rung.direction, tunnelled]);
    const known = byWay.get(key) ?? stepBetween(topology, rung, byWay.size + 1, tunnelled);
    if (known === undefined) continue;
    byWay.set(key, known);
    stepOf.set(rung, known);
  }
  return { steps: [...byWay.values()], stepOf };
}

function stepBetween(
  topology: SessionTopology,
  { from, to, direction: kind }: Rung,
  number: number,
  tunnelled: boolean,
): Step | undefined {
  const shared = sharedSegment(topology, from, to);
  if (shared === undefined) return undefined;
  return { number, kind, tunnelled, ...shared };
}

function sharedSegment(
  { hosts }: SessionTopology,
  from: string,
  to: string,
): { readonly switch: string; readonly from: End; readonly to: End } | undefined {
  const interfacesOf = (name: string) => hosts.find((host) => host.name === name)?.interfaces ?? [];
  for (const left of interfacesOf(from)) {
    const right = interfacesOf(to).find((item) => item.switch === left.switch);
    if (right === undefined) continue;
    return {
      switch: left.switch,
      from: { host: from, interface: left.name },
      to: { host: to, interface: right.name },
    };
  }
  return undefined;
}

/** The network that a case was played on: the first of the same mode which has all of its hosts. */
export function topologyFor(
  topologies: readonly { readonly mode: string; readonly topology: SessionTopology }[],
  mode: string,
  { hosts }: LadderFlow,
): SessionTopology | undefined {
  return topologies.find(
    (one) =>
      one.mode === mode && hosts.every((name) => one.topology.hosts.some((host) => host.name === name)),
  )?.topology;
}
