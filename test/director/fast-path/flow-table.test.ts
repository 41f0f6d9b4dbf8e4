import { afterEach, expect, it } from 'vitest';
import { FlowTable } from '../../../director/fast-path/flow-table.ts';
import { FLOW_BYTES, KEY, KEY_BYTES } from '../../../director/fast-path/layout.ts';
import { describeAsRoot } from '../../root.ts';

describeAsRoot('the table of flows', () => {
  const tables: FlowTable[] = [];
  const tableFor = (from: ConstructorParameters<typeof FlowTable>[0]) => {
    const table = new FlowTable(from);
    tables.push(table);
    return table;
  };
  afterEach(() => {
    for (const table of tables.splice(0)) table.close();
  });
  const at = (table: FlowTable, flow: number) => {
    new DataView(table.key.buffer).setUint32(KEY.destination, flow, true);
    new DataView(table.key.buffer).setUint32(KEY.protocol, 6, true);
    return table;
  };
  const write = (table: FlowTable, flow: number, number: number) => {
    at(table, flow).value.fill(number);
    return table.update();
  };
  const read = (table: FlowTable, flow: number) => (at(table, flow).lookup() ? table.value[0] : undefined);

  it('has what was written, each flow by itself, until it is taken out', () => {
    const table = tableFor(1024);
    expect(read(table, 1)).toBeUndefined();
    expect(write(table, 1, 11)).toBe(true);
    expect(write(table, 2, 22)).toBe(true);
    expect(write(table, 1, 12)).toBe(true);
    expect([read(table, 1), read(table, 2)]).toEqual([12, 22]);
    expect(at(table, 1).delete()).toBe(true);
    expect(at(table, 1).delete()).toBe(false);
    expect([read(table, 1), read(table, 2)]).toEqual([undefined, 22]);
    expect(write(table, 1, 13)).toBe(true);
    expect(read(table, 1)).toBe(13);
  });

  it('has room for nearly as many as it was made for, and in all for no more than its memory holds', () => {
    const table = tableFor(4096);
    const entered = Array.from({ length: 20_000 }, (_, flow) => write(table, flow, flow & 0xff));
    const count = (flows: number) => entered.slice(0, flows).filter(Boolean).length;
    // Of 2,048 groups for 8 each, a mean of 2 leaves a flow in some five thousand without a place; twenty do not happen.
    expect(count(4096)).toBeGreaterThan(4076);
    expect(count(20_000)).toBeLessThanOrEqual(2_048 * 8);
    entered.forEach((isEntered, flow) => {
      expect(read(table, flow)).toBe(isEntered ? flow & 0xff : undefined);
    });
  });

  it('takes at most 256 bytes of the kernel’s memory for each flow that there is room for', () => {
    for (const flows of [1 << 16, 1 << 20]) {
      const { lines } = tableFor(flows).shape;
      expect((lines * 64 + 4096) / flows).toBeLessThanOrEqual(256);
    }
    expect(KEY_BYTES + FLOW_BYTES).toBe(32);
  });

  it('can be read by another process that has its descriptor', () => {
    const table = tableFor(1024);
    write(table, 7, 77);
    const other = new FlowTable({ fd: table.fd });
    expect(other.shape).toEqual(table.shape);
    expect(read(other, 7)).toBe(77);
  });
});
