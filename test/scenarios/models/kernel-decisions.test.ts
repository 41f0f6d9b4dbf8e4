/** The reference models against what the Linux kernel was seen to decide. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Decision, isRandom, type ModelServer } from '../../../scenarios/models/choice.ts';
import { modelOf } from '../../../scenarios/models/reference-model.ts';
import { schedulersWhere } from '../../../scenarios/models/schedulers.ts';

const step = z.discriminatedUnion('op', [
  z.looseObject({
    op: z.literal('connect'),
    cip: z.string(),
    cport: z.number(),
    vip: z.string().optional(),
    chosen: z.string().nullable(),
    rport: z.number().optional(),
    conn: z.number().optional(),
  }),
  z.looseObject({ op: z.literal('close'), conn: z.number() }),
  z.looseObject({ op: z.literal('packet') }),
]);
const recordedCase = z.looseObject({
  name: z.string(),
  flags: z.string().optional(),
  proto: z.string().optional(),
  vip: z.string().optional(),
  vport: z.number().optional(),
  fwmark: z.number().optional(),
  dests: z.array(z.looseObject({ rip: z.string(), weight: z.number(), rport: z.number().optional() })),
  steps: z.array(step),
});
const anyCase = z.looseObject({
  persistent: z.unknown().optional(),
  ops: z.unknown().optional(),
  dests: z.array(z.looseObject({ x: z.unknown().optional() })),
  steps: z.array(z.looseObject({ op: z.string() })),
});

/** Cases in which nothing but connections decides: no rule changes, no thresholds, no persistence. */
function plainCases(scheduler: string) {
  const file: unknown = JSON.parse(
    readFileSync(new URL(`../../golden/decisions/${scheduler}.json`, import.meta.url), 'utf8'),
  );
  return z
    .looseObject({ cases: z.array(anyCase) })
    .parse(file)
    .cases.filter(
      ({ persistent, ops, dests, steps }) =>
        !persistent &&
        !ops &&
        dests.every(({ x }) => x === undefined) &&
        steps.every(({ op }) => ['connect', 'close', 'packet'].includes(op)),
    )
    .map((one) => recordedCase.parse(one));
}

interface Load {
  active: number;
  inactive: number;
}

function replay(scheduler: string, recorded: z.infer<typeof recordedCase>) {
  const model = modelOf(scheduler, recorded.flags);
  const servicePort = recorded.fwmark === undefined ? (recorded.vport ?? 0) : 0;
  const isTcp = recorded.proto === 'tcp';
  const loads = new Map<string, Load>();
  const list = () =>
    recorded.dests
      .map(({ rip, weight, rport }): ModelServer => {
        const port = rport ?? servicePort;
        const name = `${rip}:${port}`;
        return { name, address: rip, port, weight, ...(loads.get(name) ?? { active: 0, inactive: 0 }) };
      })
      .reverse();
  const past: Decision[] = [];
  const byConnection = new Map<number, string>();
  const expected: (string | undefined)[] = [];
  for (const one of recorded.steps) {
    if (one.op === 'close') {
      const load = loads.get(byConnection.get(one.conn)!)!;
      load.active--;
      load.inactive++;
    } else if (one.op === 'connect') {
      const destination = one.vip ?? recorded.vip ?? '';
      const request = { client: one.cip, clientPort: one.cport, destination };
      expected.push(model(list(), request, past));
      const server = one.chosen === null ? undefined : `${one.chosen}:${one.rport ?? servicePort}`;
      past.push({ request, server });
      if (server === undefined) continue;
      const load = loads.get(server) ?? { active: 0, inactive: 0 };
      loads.set(server, load);
      if (isTcp) load.active++;
      else load.inactive++;
      if (one.conn !== undefined) byConnection.set(one.conn, server);
    }
  }
  return { expected, chosen: past.map(({ server }) => server) };
}

describe.each(schedulersWhere(({ model }) => !isRandom(model)))('the model of %s', (scheduler) => {
  it.each(plainCases(scheduler).map((one) => [one.name, one] as const))(
    'decides as the kernel did: %s',
    (_name, recorded) => {
      const { expected, chosen } = replay(scheduler, recorded);
      expect(chosen.length).toBeGreaterThan(2);
      expect(expected).toEqual(chosen);
    },
  );
});
