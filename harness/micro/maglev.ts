/** How long mh's table takes to make, beside a plain one of the paper's pseudocode. */
import { ipv4, maglevTable, walkOf } from '../../director/index.ts';
import { type Figure, measureMs } from './measure.ts';

const SERVERS = 1000;
const GOAL_MS = 10;
const FIRST_SERVER = ipv4('10.1.0.1');

export async function* maglev(): AsyncGenerator<Figure> {
  for (const size of [4093, 65_521]) {
    yield await measureMs({
      group: 'mh table',
      name: `${size.toLocaleString('en')} slots, 1,000 servers`,
      call: () => maglevTable(walks(size), size),
      reference: { name: 'one object a server, one slot a turn', call: () => plainTable(size) },
      goalMs: GOAL_MS,
    });
  }
}

function walks(size: number) {
  return Array.from({ length: SERVERS }, (_, i) => ({
    ...walkOf({ address: FIRST_SERVER + i, port: 80 }, size),
    turns: 1 + (i % 3),
  }));
}

function plainTable(size: number): (number | undefined)[] {
  const slots: (number | undefined)[] = new Array(size).fill(undefined);
  const members = walks(size).map((walk) => ({ ...walk, next: 0 }));
  let filled = 0;
  for (;;) {
    for (const [i, member] of members.entries()) {
      for (let turn = 0; turn < member.turns; turn++) {
        let slot = (member.offset + member.next * member.skip) % size;
        while (slots[slot] !== undefined) {
          member.next++;
          slot = (member.offset + member.next * member.skip) % size;
        }
        slots[slot] = i;
        member.next++;
        if (++filled === size) return slots;
      }
    }
  }
}
