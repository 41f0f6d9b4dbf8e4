import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ONE_PACKET, TEMPLATE } from '../../../director/connections/flags.ts';
import { RowIndex } from '../../../director/connections/row-index.ts';
import { CHUNK_ROWS } from '../../../director/connections/row-pool.ts';
import { ConnectionTable, type NewConnection, tableBytes } from '../../../director/connections/table.ts';
import { METHOD } from '../../../director/services/forwarding-method.ts';

const CAPACITY = 1 << 21;

function connection(n: number, fields: Partial<NewConnection> = {}): NewConnection {
  return {
    protocol: n % 3 === 0 ? 17 : 6,
    clientAddress: (Math.imul(n, 0x9e3779b1) >>> 5) | 0x0a000000,
    clientPort: (n * 7919) & 0xffff,
    virtualAddress: 0x0a630001,
    virtualPort: 80 + (n % 2),
    serverAddress: 0x0a00020b + (n % 5),
    serverPort: 8000,
    flags: METHOD.masquerade,
    timeoutMs: 1000 + (n % 977) * 1000,
    destination: n % 5,
    ...fields,
  };
}

function keyOf(c: NewConnection): string {
  return `${c.protocol} ${c.clientAddress} ${c.clientPort} ${c.virtualAddress} ${c.virtualPort}`;
}

test('a million connections come and go as in a plain map', { timeout: 120_000 }, () => {
  const table = new ConnectionTable(0x1234567, CAPACITY);
  const model = new Map<string, number>();
  const made: { readonly key: string; readonly fields: NewConnection }[] = [];
  let seed = 1;
  const random = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed;
  };
  let wrong = 0;
  for (let n = 0; n < 1_000_000; n++) {
    const fields = connection(n);
    const key = keyOf(fields);
    if (!model.has(key)) {
      model.set(key, table.create(fields, 0));
      made.push({ key, fields });
    }
    if (n % 3 !== 0) continue;
    const victim = made[random() % made.length]?.key as string;
    const known = model.get(victim);
    if (known !== undefined) {
      table.remove(known);
      model.delete(victim);
    }
  }
  expect(table.size).toBe(model.size);
  for (const { key, fields } of made) {
    const { protocol, clientAddress, clientPort, virtualAddress, virtualPort } = fields;
    const known = model.get(key);
    const row = table.findIncoming(protocol, clientAddress, clientPort, virtualAddress, virtualPort);
    if (row !== (known ?? -1)) wrong++;
    if (known === undefined) continue;
    const { serverAddress, serverPort } = fields;
    const back = table.findOutgoing(protocol, serverAddress, serverPort, clientAddress, clientPort);
    // Two connections of a client to different services may be with the same server: either may answer.
    if (back !== row && table.clientPort[back] !== clientPort) wrong++;
  }
  expect(wrong).toBe(0);
  const rows = new Set(table.rows());
  expect(rows.size).toBe(model.size);
});

test('rows expire at their time, never earlier, and only once', () => {
  const table = new ConnectionTable(7, 4096);
  const expected = new Map<number, number>();
  for (let n = 0; n < 3000; n++) {
    const row = table.create(connection(n, { timeoutMs: 4000 + ((n * 7919) % 900_000) }), n);
    expected.set(row, n + (table.timeoutMs[row] as number));
  }
  // Some are touched later, with a shorter or a longer timeout.
  for (let row = 0; row < 3000; row += 7) {
    table.timeoutMs[row] = (row * 131) % 400_000;
    table.touch(row, 3000);
    expected.set(row, 3000 + (table.timeoutMs[row] as number));
  }
  for (let nowMs = 3000; expected.size > 0; nowMs += 500) {
    table.expire(nowMs, (row) => {
      expect(expected.get(row)).toBeLessThanOrEqual(nowMs);
      expect(expected.get(row)).toBeGreaterThan(nowMs - 500 - 64);
      expected.delete(row);
      table.remove(row);
    });
    expect(nowMs).toBeLessThan(1_000_000);
  }
  expect(table.size).toBe(0);
});

test('a clock that starts late and jumps far is no trouble', () => {
  const table = new ConnectionTable(7, 4096);
  const start = 1.8e12;
  const row = table.create(connection(1, { timeoutMs: 60_000 }), start);
  const gone: number[] = [];
  const expire = (nowMs: number) =>
    table.expire(nowMs, (expired) => {
      gone.push(expired);
      table.remove(expired);
    });
  expire(start);
  expire(start + 59_000);
  expect(gone).toEqual([]);
  expire(start + 1e9);
  expect(gone).toEqual([row]);
});

test('a full table takes no more, and a row that is given back is used again', () => {
  const table = new ConnectionTable(7, 4096);
  for (let n = 0; n < 4096; n++) expect(table.create(connection(n), 0)).toBeGreaterThanOrEqual(0);
  expect(table.create(connection(4096), 0)).toBe(-1);
  table.remove(1234);
  expect(table.create(connection(4096), 0)).toBe(1234);
});

test('a table that was cleared has nothing, expires nothing, and room for as many as a new one', () => {
  const table = new ConnectionTable(7, 4096);
  for (let n = 0; n < 4096; n++) table.create(connection(n), 0);
  table.clear();
  expect(table.size).toBe(0);
  expect([...table.rows()]).toEqual([]);
  const { protocol, clientAddress, clientPort, virtualAddress, virtualPort } = connection(5);
  expect(table.findIncoming(protocol, clientAddress, clientPort, virtualAddress, virtualPort)).toBe(-1);
  table.expire(10_000_000, (row) => expect.unreachable(`row ${row} expired`));
  for (let n = 0; n < 4096; n++) expect(table.create(connection(n), 0)).toBeGreaterThanOrEqual(0);
});

describe('look-ups', () => {
  const table = new ConnectionTable(3, 4096);
  const base = connection(1, { clientAddress: 1, clientPort: 0, virtualAddress: 2, virtualPort: 80 });

  test('a template belongs to no packet, and a connection is no template', () => {
    const template = table.create({ ...base, flags: TEMPLATE }, 0);
    expect(table.findIncoming(base.protocol, 1, 0, 2, 80)).toBe(-1);
    expect(table.findTemplate(base.protocol, 1, 2, 80)).toBe(template);
    table.remove(template);
    const plain = table.create(base, 0);
    expect(table.findTemplate(base.protocol, 1, 2, 80)).toBe(-1);
    table.remove(plain);
  });

  test('the newer of two equal connections is found', () => {
    const older = table.create(base, 0);
    const newer = table.create(base, 0);
    expect(table.findIncoming(base.protocol, 1, 0, 2, 80)).toBe(newer);
    table.remove(newer);
    expect(table.findIncoming(base.protocol, 1, 0, 2, 80)).toBe(older);
    table.remove(older);
  });

  test('a one-packet entry is never found', () => {
    const row = table.create({ ...base, flags: ONE_PACKET }, 0);
    expect(table.findIncoming(base.protocol, 1, 0, 2, 80)).toBe(-1);
    expect([...table.rows()]).not.toContain(row);
    table.remove(row);
  });

  test('a reply is found by RIP under NAT and by VIP else', () => {
    const nat = table.create(base, 0);
    expect(table.findOutgoing(base.protocol, base.serverAddress, base.serverPort, 1, 0)).toBe(nat);
    expect(table.findOutgoing(base.protocol, 2, 80, 1, 0)).toBe(-1);
    table.remove(nat);
    const routed = table.create({ ...base, flags: METHOD.route }, 0);
    expect(table.findOutgoing(base.protocol, base.serverAddress, base.serverPort, 1, 0)).toBe(-1);
    expect(table.findOutgoing(base.protocol, 2, 80, 1, 0)).toBe(routed);
    table.remove(routed);
  });
});

test('the index finds every row whatever its hash, while it grows and shrinks', () => {
  const hashes = fc.array(fc.oneof(fc.nat({ max: 50 }), fc.integer()), { minLength: 1, maxLength: 400 });
  fc.assert(
    fc.property(hashes, fc.nat({ max: 12_000 }), (few, many) => {
      const all = [...few, ...Array.from({ length: many }, (_, i) => Math.imul(i, 0x9e3779b1))];
      const index = new RowIndex(16_384, (row) => all[row] as number);
      all.forEach((hash, row) => {
        index.insert(row, hash);
      });
      all.forEach((hash, row) => {
        if (row % 2 === 0) index.remove(row, hash);
      });
      for (const [row, hash] of few.entries()) expect(chain(index, hash).includes(row)).toBe(row % 2 === 1);
      expect(new Set(index.rows()).size).toBe(all.length >> 1);
    }),
    { numRuns: 20 },
  );
});

function chain(index: RowIndex, hash: number): number[] {
  const rows: number[] = [];
  for (let row = index.first(hash); row >= 0; row = index.next(row)) rows.push(row);
  return rows;
}

describe('memory of a table', () => {
  /** As a page that was given back: zero. */
  const zero = (part: ArrayBufferView) =>
    new Uint8Array(part.buffer, part.byteOffset, part.byteLength).fill(0);

  test('goes back chunk by chunk where many rows have left, and no row that is in use with it', () => {
    const memory = new ArrayBuffer(tableBytes(CAPACITY));
    let released = 0;
    const table = new ConnectionTable(7, CAPACITY, memory, (part) => {
      released += part.byteLength;
      zero(part);
    });
    const many = 20 * CHUNK_ROWS;
    const rows = Array.from({ length: many }, (_, n) => table.create(connection(n), 0));
    const kept = rows.filter((row) => row % (4 * CHUNK_ROWS) === 5);
    for (const row of rows) if (!kept.includes(row)) table.remove(row);
    table.releaseIdle();
    const once = released;
    for (let i = 0; i < 20; i++) table.releaseIdle();
    expect(once).toBeGreaterThan(0);
    expect(released).toBeGreaterThan(once);
    const again = released;
    table.releaseIdle();
    expect(released).toBe(again);
    for (const row of kept) {
      const { protocol, clientAddress, clientPort, virtualAddress, virtualPort } = connection(row);
      expect(table.findIncoming(protocol, clientAddress, clientPort, virtualAddress, virtualPort)).toBe(row);
    }
    // New ones take the lowest places, in memory that has been zero meanwhile.
    const later = Array.from({ length: many }, (_, n) => table.create(connection(many + n), 0));
    expect(later.every((row) => row < many + kept.length)).toBe(true);
    expect(new Set([...later, ...kept]).size).toBe(later.length + kept.length);
    let expired = 0;
    table.expire(2_000_000, (row) => {
      expired++;
      table.remove(row);
    });
    expect(expired).toBe(many + kept.length);
  });

  test('that another table has left behind holds its rows, also beyond those that were given back', () => {
    const memory = new ArrayBuffer(tableBytes(CAPACITY));
    const before = new ConnectionTable(7, CAPACITY, memory, zero);
    const rows = Array.from({ length: 12 * CHUNK_ROWS }, (_, n) => before.create(connection(n), 0));
    const last = rows.at(-1) as number;
    for (const row of rows) if (row !== last && row !== 3) before.remove(row);
    for (let i = 0; i < 20; i++) before.releaseIdle();
    const after = new ConnectionTable(8, CAPACITY, memory);
    after.adopt(() => true);
    expect([...after.rows()].sort()).toEqual([3, last].sort());
    expect(after.create(connection(99), 0)).toBe(0);
  });
});
