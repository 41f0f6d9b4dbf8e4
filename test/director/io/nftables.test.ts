import { execFileSync } from 'node:child_process';
import { Session } from 'node:inspector/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { OwnedTable } from '../../../director/io/nftables.ts';
import { inNamespace } from '../../../native/namespaces.ts';
import { describeAsRoot } from '../../root.ts';

const NAMESPACE = `lvs-lab-nftables-${process.pid}`;
const OPTIONS = { name: 'netdev lvs-lab', definition: '{\n flags owner\n set held { type mark; }\n}' };
const TURNS = 2_000;

const tableFor = (replaces: boolean) =>
  inNamespace(`/run/netns/${NAMESPACE}`, () => new OwnedTable({ ...OPTIONS, replaces }));
const tables = () =>
  execFileSync('ip', ['netns', 'exec', NAMESPACE, 'nft', 'list', 'tables'], { encoding: 'utf8' })
    .trim()
    .split('\n');
const elements = () => {
  const args = ['netns', 'exec', NAMESPACE, 'nft', 'list', 'set', 'netdev', 'lvs-lab', 'held'];
  return /elements = \{ ([^}]*) \}/.exec(execFileSync('ip', args, { encoding: 'utf8' }))?.[1];
};

describeAsRoot('tables of nftables that belong to a director', () => {
  beforeAll(() => {
    execFileSync('ip', ['netns', 'add', NAMESPACE]);
  });
  afterAll(() => {
    execFileSync('ip', ['netns', 'delete', NAMESPACE]);
  });

  it('stand beside those of the directors that it replaces, even of the one before the last', () => {
    const held = [tableFor(false), tableFor(true), tableFor(true)];
    try {
      for (const table of held) expect(table.create()).toBeUndefined();
      expect(tables()).toEqual(['table netdev lvs-lab', 'table netdev lvs-lab-2', 'table netdev lvs-lab-3']);
    } finally {
      for (const table of held) table.close();
    }
  });

  it('take each change once, however often a signal comes between it and the answer', async () => {
    const table = tableFor(false);
    expect(table.create()).toBeUndefined();
    // A profiler sends signals as fast as it is asked to.
    const profiler = new Session();
    profiler.connect();
    await profiler.post('Profiler.enable');
    await profiler.post('Profiler.setSamplingInterval', { interval: 20 });
    await profiler.post('Profiler.start');
    try {
      for (let i = 0; i < TURNS; i++) {
        expect(table.replace({ sets: { held: new Set([`${i}`]) } }), `turn ${i}`).toBeUndefined();
      }
      expect(Number(elements())).toBe(TURNS - 1);
    } finally {
      await profiler.post('Profiler.stop');
      profiler.disconnect();
      table.close();
    }
  });

  it('lose as many elements at once as they have, of sets and of maps', () => {
    const definition = '{\n flags owner\n set held { type mark; }\n map led { type mark : ether_addr; }\n}';
    const table = inNamespace(
      `/run/netns/${NAMESPACE}`,
      () => new OwnedTable({ ...OPTIONS, definition, replaces: false }),
    );
    const numbers = Array.from({ length: TURNS }, (_, i) => `${i}`);
    try {
      expect(table.create()).toBeUndefined();
      const content = {
        sets: { held: new Set(numbers) },
        maps: { led: new Set(numbers.map((number) => `${number} : 02:00:00:00:00:01`)) },
      };
      expect(table.replace(content)).toBeUndefined();
      expect(elements()?.split(',')).toHaveLength(TURNS);
      expect(table.replace({ sets: { held: new Set() }, maps: { led: new Set() } })).toBeUndefined();
      expect(elements()).toBeUndefined();
    } finally {
      table.close();
    }
  });

  it('are refused where another director has them that is not replaced', () => {
    const other = tableFor(false);
    const own = tableFor(false);
    try {
      expect(other.create()).toBeUndefined();
      expect(own.create()).toMatch(/not permitted/);
    } finally {
      own.close();
      other.close();
    }
  });
});
