import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
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
