import type { Hop, Session, SessionTopology } from '../../result.ts';

/** One way over a segment, as captures saw it: out of one interface, into another. An end that no capture saw is absent. */
export interface Step {
  /** 1-based, over request and reply together. */
  readonly number: number;
  readonly kind: 'request' | 'reply';
  readonly switch: string;
  readonly from?: End;
  readonly to?: End;
  /** The packet was wrapped in an outer IP header there. */
  readonly tunnelled: boolean;
}

export interface End {
  readonly host: string;
  readonly interface: string;
}

/** Steps of a session's path, and for each hop the step that it is an end of (none for an interface on no segment). */
export interface Steps {
  readonly steps: readonly Step[];
  readonly stepOf: ReadonlyMap<Hop, Step>;
}

export function stepsOf({ path, topology }: Pick<Session, 'path' | 'topology'>): Steps {
  const steps: Step[] = [];
  const stepOf = new Map<Hop, Step>();
  const add = (kind: Step['kind'], segment: string, out: Hop | undefined, into: Hop | undefined) => {
    const step: Step = {
      number: steps.length + 1,
      kind,
      switch: segment,
      ...(out && { from: { host: out.host, interface: out.interface } }),
      ...(into && { to: { host: into.host, interface: into.interface } }),
      tunnelled: (out ?? into)?.outer !== undefined,
    };
    steps.push(step);
    if (out) stepOf.set(out, step);
    if (into) stepOf.set(into, step);
  };
  for (const kind of ['request', 'reply'] as const) {
    const hops = path[kind];
    for (let index = 0; index < hops.length; index++) {
      const hop = hops[index]!;
      const segment = switchOf(topology, hop);
      if (segment === undefined) continue;
      const next = hops[index + 1];
      if (hop.direction === 'in') add(kind, segment, undefined, hop);
      else if (next?.direction === 'in' && switchOf(topology, next) === segment) {
        add(kind, segment, hop, next);
        index++;
      } else add(kind, segment, hop, undefined);
    }
  }
  return { steps, stepOf };
}

function switchOf({ hosts }: SessionTopology, hop: End): string | undefined {
  const host = hosts.find(({ name }) => name === hop.host);
  return host?.interfaces.find(({ name }) => name === hop.interface)?.switch;
}
