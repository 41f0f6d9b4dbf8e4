import { randomFrom } from './random.ts';

/** A server of a small model that gives fixtures figures which look like measured ones. */
export interface Server {
  readonly host: string;
  readonly weight: number;
  /** Time that it takes for a request, in units of the model. */
  readonly service: number;
}

export interface Balanced {
  /** Index of the server of each connection. */
  readonly sequence: readonly number[];
  /** Time from arrival to end of each connection, in milliseconds. */
  readonly latencyMs: readonly number[];
  /** Active connections of each server at 40 moments. */
  readonly active: readonly (readonly number[])[];
}

const LOADS: Readonly<Record<string, (active: number, weight: number) => number>> = {
  lc: (active) => active,
  wlc: (active, weight) => active / weight,
  sed: (active, weight) => (active + 1) / weight,
  nq: (active, weight) => (active === 0 ? -weight : (active + 1) / weight),
  lblc: (active, weight) => active / weight,
  lblcr: (active, weight) => active / weight,
};

/** Hands out connections one after another, each to a server that works on its connections one at a time. */
export function balance(scheduler: string, servers: readonly Server[], connections: number): Balanced {
  const random = randomFrom(scheduler.length * 1000 + connections + (scheduler.codePointAt(0) ?? 0));
  const busyUntil = servers.map((): number[] => []);
  const sequence: number[] = [];
  const latencyMs: number[] = [];
  const active: number[][] = [];
  for (let now = 0; now < connections; now++) {
    for (const queue of busyUntil) while ((queue[0] ?? Infinity) <= now) queue.shift();
    const at = choose(
      scheduler,
      servers,
      busyUntil.map((queue) => queue.length),
      now,
      random,
    );
    const queue = busyUntil[at]!;
    const end = Math.max(now, queue.at(-1) ?? 0) + servers[at]!.service * (0.5 + random());
    queue.push(end);
    sequence.push(at);
    latencyMs.push((end - now) * 1.7);
    if (now % Math.ceil(connections / 40) === 0) active.push(busyUntil.map(({ length }) => length));
  }
  return { sequence, latencyMs, active };
}

function choose(
  scheduler: string,
  servers: readonly Server[],
  active: readonly number[],
  now: number,
  random: () => number,
): number {
  const load = LOADS[scheduler];
  if (load) {
    const loads = servers.map(({ weight }, index) => load(active[index]!, weight));
    return loads.indexOf(Math.min(...loads));
  }
  const entitled = servers.flatMap(({ weight }, index) => Array.from({ length: weight }, () => index));
  switch (scheduler) {
    case 'rr':
      return now % servers.length;
    case 'wrr':
      return entitled[(now * 3) % entitled.length]!;
    case 'fo':
      return servers.findIndex(({ weight }) => weight === Math.max(...servers.map((one) => one.weight)));
    case 'ovf':
      return Math.max(
        0,
        servers.findIndex(({ weight }, index) => active[index]! <= weight),
      );
    case 'twos': {
      const [a, b] = [
        entitled[Math.floor(random() * entitled.length)]!,
        entitled[Math.floor(random() * entitled.length)]!,
      ];
      return active[a]! / servers[a]!.weight <= active[b]! / servers[b]!.weight ? a : b;
    }
    default:
      return entitled[Math.floor(random() * entitled.length)]!;
  }
}
