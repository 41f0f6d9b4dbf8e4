import { afterEach, expect, it } from 'vitest';
import { FlowTable } from '../../../director/fast-path/flow-table.ts';
import { FLOW_BYTES, KEY, KEY_BYTES, TABLE } from '../../../director/fast-path/layout.ts';
import { SharedValue } from '../../../native/bpf/maps.ts';
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
      expect((lines * 64 + TABLE.lines) / flows).toBeLessThanOrEqual(256);
    }
    expect(KEY_BYTES + FLOW_BYTES).toBe(32);
  });

  it('says of each group whether it has a flow', () => {
    const table = tableFor(1024);
    const shared = SharedValue.of(table.fd);
    const groups = new Uint8Array(shared.memory, TABLE.groups, TABLE.lines - TABLE.groups);
    const slots = new Int32Array(shared.memory, TABLE.lines);
    const saidOf = (group: number) => ((groups[group >> 3] as number) >> (group & 7)) & 1;
    const trueOf = (group: number) =>
      Array.from({ length: 8 }, (_, slot) => slots[(group * 8 + slot) * 8 + 3]).some(
        (protocol) => protocol !== 0,
      );
    const expectToHold = () => {
      for (let group = 0; group < 512; group++) expect(saidOf(group)).toBe(trueOf(group) ? 1 : 0);
    };
    for (let flow = 0; flow < 600; flow++) write(table, flow, 1);
    expectToHold();
    for (let flow = 0; flow < 600; flow += 2) at(table, flow).delete();
    expectToHold();
    for (let flow = 1; flow < 600; flow += 2) at(table, flow).delete();
    expectToHold();
    expect(groups.every((byte) => byte === 0)).toBe(true);
  });

  it('can be read by another process that has its descriptor', () => {
    const table = tableFor(1024);
    write(table, 7, 77);
    const other = new FlowTable({ fd: table.fd });
    expect(other.shape).toEqual(table.shape);
    expect(read(other, 7)).toBe(77);
  });
});
