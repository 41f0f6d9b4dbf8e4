import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { LocalBackend } from '../../../director/control/ipvsadm/backend/local-backend.ts';
import { jsonParts } from '../../../director/control/json-parts.ts';
import { ControlServer } from '../../../director/control/server.ts';
import { connectionStates, snapshotOf } from '../../../director/control/snapshot.ts';
import { atOnce, type Steps, TURN_MS, Turns } from '../../../director/control/turns.ts';
import { warningSteps, warningsOf } from '../../../director/control/warnings.ts';
import { fromClient } from '../fixtures/small-frames.ts';
import { CLIENT_SIDE, RIP1, smallDirector, VIP } from '../fixtures/small-network.ts';

/** A clock that goes on by the work that is done, and what packets had to wait for each time. */
class Packets {
  nowMs = 0;
  #passedMs = 0;
  readonly waitedMs: number[] = [];
  readonly turns = new Turns({
    now: () => this.nowMs,
    letPacketsPass: async () => {
      await nextTurn();
      this.waitedMs.push(this.nowMs - this.#passedMs);
      this.#passedMs = this.nowMs;
    },
  });

  get longestWaitMs(): number {
    return Math.max(...this.waitedMs, this.nowMs - this.#passedMs);
  }

  /** The same elements, each of which takes a while to make. */
  *slowly<T>(elements: Iterable<T>, eachMs: number): Generator<T> {
    for (const element of elements) {
      this.nowMs += eachMs;
      yield element;
    }
  }

  *steps(count: number, eachMs: number): Steps<number> {
    for (let i = 0; i < count; i++) {
      this.nowMs += eachMs;
      yield;
    }
    return count;
  }
}

test('work in steps lets packets pass in between, and comes to the same', async () => {
  const packets = new Packets();
  expect(await packets.turns.run(packets.steps(1_000, 0.25))).toBe(1_000);
  expect(packets.longestWaitMs).toBeLessThanOrEqual(TURN_MS + 0.25);
  expect(packets.waitedMs.length).toBeGreaterThan(100);
  expect(atOnce(packets.steps(10, 1))).toBe(10);
});

test('several requests at once have one turn at a time', async () => {
  const packets = new Packets();
  const { turns } = packets;
  await Promise.all(Array.from({ length: 10 }, () => turns.run(packets.steps(100, 0.25))));
  expect(packets.longestWaitMs).toBeLessThanOrEqual(TURN_MS + 10 * 0.25);
});

test('a change of rules waits for the one before, in however many steps that is', async () => {
  const { turns, steps } = { turns: new Packets().turns, steps: new Packets().steps(1_000, 1) };
  const done: string[] = [];
  const first = turns.change(steps).then(() => done.push('steps'));
  const failing = turns.change(() => {
    throw new Error('refused');
  });
  const last = turns.change(() => done.push('at once'));
  await expect(failing).rejects.toThrow('refused');
  await Promise.all([first, last]);
  expect(done).toEqual(['steps', 'at once']);
});

test('rules are flushed some at a time, and so is what follows from them', () => {
  const SERVICES = 2_000;
  const ports = Array.from({ length: SERVICES }, (_, i) => 1_000 + i);
  const it = smallDirector(
    ports.flatMap((port) => [`-A -t ${VIP}:${port} -s rr`, `-a -t ${VIP}:${port} -r ${RIP1}:${port} -m`]),
  );
  const { state } = it.core;
  const { claims } = state;
  const claimed = () => claims.virtual.size + claims.servers.size;
  const all = claimed();
  let before = all;
  let most = 0;
  const look = () => {
    most = Math.max(most, Math.abs(claimed() - before));
    before = claimed();
  };
  const backend = new LocalBackend({
    state,
    now: () => it.nowMs,
    change: (apply) => {
      const services = state.services.size;
      apply();
      expect(services - state.services.size).toBeLessThanOrEqual(250);
      it.core.rulesChanged();
      look();
    },
  });
  const tick = (ticks: number, fromMs: number) => {
    for (let i = 0; i < ticks; i++) {
      it.core.tick(fromMs + i * 20);
      look();
    }
  };
  expect(backend.perform([{ do: 'flush' }])).toEqual([{}]);
  expect(state.services.size).toBe(0);
  tick(10, it.nowMs);
  expect(claimed()).toBe(0);
  // Servers that were deleted are claimed again with the first service that comes, as connections may have them still.
  it.rules(`-A -t ${VIP}:80 -s rr`);
  look();
  tick(10, it.nowMs);
  expect(claimed()).toBe(1 + all);
  for (let minute = 1; minute <= 5; minute++) tick(10, it.nowMs + minute * 60_000);
  expect(claimed()).toBe(1);
  expect(most).toBeLessThan(1_000);
});

test('an answer of any size is sent in turns, while packets pass', async () => {
  const packets = new Packets();
  const folder = await mkdtemp(join(tmpdir(), 'turns-'));
  const path = join(folder, 'socket');
  const elements = Array.from({ length: 20_000 }, (_, i) => ({ client: `10.0.${i >> 8}.${i & 255}:4000` }));
  const server = await ControlServer.listen(path, packets.turns, () => ({
    connections: packets.slowly(elements, 0.05),
    totals: { connections: elements.length },
  }));
  try {
    const connection = createConnection(path);
    connection.end('{"version":1,"method":"snapshot"}\n');
    const answer = JSON.parse(await text(connection));
    expect(answer).toEqual({
      ok: true,
      result: { connections: elements, totals: { connections: elements.length } },
    });
    expect(packets.longestWaitMs).toBeLessThanOrEqual(TURN_MS + 0.05);
    expect(packets.waitedMs.length).toBeGreaterThan(400);
  } finally {
    server.close();
    await rm(folder, { recursive: true });
  }
});

test('JSON in parts is the same JSON', () => {
  const plain = {
    ok: true,
    gone: undefined,
    result: { a: [1, '"'], none: [], deep: { list: [{ b: null }] } },
  };
  const lazy = {
    ...plain,
    result: {
      ...plain.result,
      a: plain.result.a.values(),
      none: [].values(),
      deep: { list: [{ b: null }].values() },
    },
  };
  expect([...jsonParts(lazy)].join('')).toBe(JSON.stringify(plain));
  expect([...jsonParts(plain)].join('')).toBe(JSON.stringify(plain));
  expect([...jsonParts(undefined)].join('')).toBe('null');
});

test('connections that come and go while they are listed do not keep those that stay from being listed once', () => {
  const it = smallDirector([`-A -t ${VIP}:80 -s rr`, `-a -t ${VIP}:80 -r ${RIP1}:80 -m`]);
  const connect = (port: number) => it.receive(CLIENT_SIDE, fromClient.tcp({ flags: 2, sourcePort: port }));
  for (let port = 1_000; port < 4_000; port++) connect(port);
  const { table } = it.core.state.connections;
  const seen: string[] = [];
  let next = 5_000;
  for (const { client } of connectionStates(it.core.state, () => it.nowMs)) {
    seen.push(client);
    if (seen.length % 100 !== 0) continue;
    for (let i = 0; i < 5; i++) connect(next++);
  }
  expect(table.size).toBeGreaterThan(3_000);
  const before = seen.filter((client) => Number(client.split(':')[1]) < 4_000);
  expect(before.length).toBe(3_000);
  expect(new Set(before).size).toBe(3_000);
  expect(snapshotOf(it.core.state, it.nowMs).connections.length).toBe(table.size);
});

test('warnings are found a service or server at a time', () => {
  const servers = Array.from({ length: 50 }, (_, i) => `-a -t ${VIP}:80 -r 172.16.0.${i + 1}:80 -m`);
  const { state } = smallDirector([`-A -t ${VIP}:80 -s rr`, ...servers]).core;
  const steps = warningSteps(state);
  let count = 0;
  let step = steps.next();
  for (; !step.done; step = steps.next()) count++;
  expect(count).toBeGreaterThanOrEqual(51);
  expect(step.value).toEqual(warningsOf(state));
});
