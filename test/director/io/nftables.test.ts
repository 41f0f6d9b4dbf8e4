import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { OwnedTable } from '../../../director/io/nftables.ts';
import { inNamespace } from '../../../native/namespaces.ts';
import { describeAsRoot } from '../../root.ts';

const NAMESPACE = `lvs-lab-nftables-${process.pid}`;
const OPTIONS = { name: 'netdev lvs-lab', definition: '{ flags owner; }' };

const tableFor = (replaces: boolean) =>
  inNamespace(`/run/netns/${NAMESPACE}`, () => new OwnedTable({ ...OPTIONS, replaces }));
const tables = () =>
  execFileSync('ip', ['netns', 'exec', NAMESPACE, 'nft', 'list', 'tables'], { encoding: 'utf8' })
    .trim()
    .split('\n');

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
