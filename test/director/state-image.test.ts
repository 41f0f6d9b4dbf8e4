import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConnectionTable, tableBytes } from '../../director/connections/table.ts';
import { SCHEDULERS } from '../../director/schedulers/index.ts';
import {
  imageFromLines,
  imageLines,
  imageOf,
  restoreState,
  type StateImage,
} from '../../director/state-image.ts';
import { tcpFromClient } from '../../harness/replay/frames.ts';
import { CLIENT_PORT, CLIENT_ROUTER, macOf, NETWORK } from '../../harness/replay/network.ts';
import { VirtualDirector } from '../../lab/memory/virtual-director.ts';
import { VIP } from './connections/world.ts';

const CAPACITY = 4096;
const SERVERS = ['10.0.2.11', '10.0.2.12', '10.0.2.13'];
const NEIGHBOURS = new Map([CLIENT_ROUTER, ...SERVERS].map((ip) => [ip, macOf(ip)]));

/** A director whose table lies in this memory. Its random numbers are those of every other one. */
function directorIn(memory: ArrayBuffer): VirtualDirector {
  const table = new ConnectionTable(7, CAPACITY, memory);
  return new VirtualDirector({ network: NETWORK, neighbours: NEIGHBOURS, table, icmpRateLimitMs: 0 });
}

/** As much as crosses from one process to the next. */
function handedOn(image: StateImage): StateImage {
  const crossed = JSON.parse(JSON.stringify(image)) as StateImage;
  // Which of them was asked for first makes no difference.
  return { ...crossed, stations: [...crossed.stations].sort(([, one], [, other]) => one - other) };
}

/** Not twos: it draws random numbers, which nobody hands on. */
const rules = fc
  .record({
    scheduler: fc.constantFrom(...Object.keys(SCHEDULERS).filter((name) => name !== 'twos')),
    weights: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 3 }),
    persistent: fc.boolean(),
    upper: fc.constantFrom(0, 0, 4),
  })
  .map(({ scheduler, weights, persistent, upper }) => [
    `-A -t ${VIP}:80 -s ${scheduler}${persistent ? ' -p 60' : ''}`,
    ...weights.map((weight, i) => `-a -t ${VIP}:80 -r ${SERVERS[i]} -m -w ${weight} -x ${upper}`),
  ]);

type Step = number | string | { readonly client: number; readonly flags: string };

const steps = fc.array(
  fc.oneof<fc.Arbitrary<Step>[]>(
    fc.record({ client: fc.integer({ min: 1, max: 40 }), flags: fc.constantFrom('S', 'A', 'FA', 'R') }),
    fc.record({ client: fc.integer({ min: 1, max: 40 }), flags: fc.constantFrom('S', 'A', 'FA', 'R') }),
    fc.constantFrom(
      `-D -t ${VIP}:80`,
      `-d -t ${VIP}:80 -r ${SERVERS[0]}`,
      `-a -t ${VIP}:80 -r ${SERVERS[0]} -m -w 2`,
      `-e -t ${VIP}:80 -r ${SERVERS[0]} -m -w 4`,
      `-A -t ${VIP}:80 -s wrr`,
      '--set 100 20 30',
    ),
    fc.integer({ min: 1, max: 200_000 }),
  ),
  { maxLength: 60 },
);

/** What comes of a step, as text. */
function play(director: VirtualDirector, step: Step): string {
  if (typeof step === 'number') {
    director.advance(step);
    return '';
  }
  if (typeof step === 'string') {
    try {
      director.rules(step);
      return 'done';
    } catch (error) {
      // Not every rule fits what is there.
      return (error as Error).message;
    }
  }
  director.advance(1);
  const client = { address: `10.8.0.${step.client}`, port: 1000 + step.client };
  const { verdict } = director.receive(
    CLIENT_PORT,
    tcpFromClient(client, { address: VIP, port: 80 }, step.flags),
  );
  // A frame whose receiver has yet to be asked for its MAC address goes out a moment later, with another verdict.
  const sent = director.takeSent().map(({ frame }) => withoutIpId(frame));
  return sent.length > 0 ? sent.join(' ') : `nothing sent, verdict ${verdict}`;
}

/** A frame as text. Identifications of a director's own packets begin anew, and the checksum with them. */
function withoutIpId(frame: Uint8Array): string {
  const shown = Buffer.from(frame);
  shown.fill(0, 18, 20).fill(0, 24, 26);
  return shown.toString('hex');
}

describe('a director that goes on where another one was', () => {
  it('decides and counts as that one would have', () => {
    fc.assert(
      fc.property(rules, steps, steps, (given, before, after) => {
        const memory = new ArrayBuffer(tableBytes(CAPACITY));
        const first = directorIn(memory);
        first.rules(...given);
        for (const step of before) play(first, step);
        const image = handedOn(imageOf(first.core.state));
        expect(handedOn(imageFromLines([...imageLines(first.core.state)].join('\n')))).toEqual(image);

        const second = directorIn(memory.slice(0));
        second.advance(first.nowMs);
        restoreState(second.core.state, image, first.nowMs);
        second.core.rulesChanged();
        expect(handedOn(imageOf(second.core.state))).toEqual(image);
        expect(second.snapshot().services).toEqual(first.snapshot().services);
        for (const step of after) expect(play(second, step)).toBe(play(first, step));
        // The second one lets go of a station sooner that it never had to ask.
        const { stations: _, ...last } = handedOn(imageOf(first.core.state));
        expect(handedOn(imageOf(second.core.state))).toMatchObject(last);
        expect(second.core.state.connections.table.size).toBe(first.core.state.connections.table.size);
      }),
    );
  });
});
