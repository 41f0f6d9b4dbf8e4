/** Defences that are there while memory is short: modes 1 and 2. */

import { ALL_MODES, MODES, type Mode } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { endpoint } from '../../kit/arrivals.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { Journal, judgeArrivals } from '../../kit/journal.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';
import type { Stage } from '../../kit/stage.ts';
import { nextState, type StateMachine } from '../../models/state-tables.ts';
import { SECURE_TCP, TCP } from '../../models/tcp-states.ts';

const SOURCES = [kernel('defence strategies, §10.2')];
/** Memory is looked at every second. */
const LOOKED_AT_MS = 1_100;
const THRESHOLD_PAGES = 1_000;
/** Free pages, with the rate at which new connections are dropped then: every so many; 0 for none. */
const RATES = [
  [900, 10],
  [2_000, 0],
  [0, 1],
  [1, 1],
  [1_000, 0],
  [500, 2],
  [499, 1],
  [667, 3],
  [1_001, 0],
  [950, 20],
  [999, 1_000],
] as const;
const FLOWS = 43;
const APART_MS = 22;
const SLOW_FLOWS = 33;
const SLOW_RATE = 10;

/** New flows of which every `rate`-th one is to be dropped, the others having their turns. */
class Flood {
  readonly journal: Journal;
  readonly #service: Service;
  #turn = 0;

  constructor(service: Service) {
    this.#service = service;
    this.journal = new Journal(service);
  }

  async come(rate: number, why: string): Promise<void> {
    for (let i = 1; i <= FLOWS; i++) {
      const isDropped = rate > 0 && i % rate === 0;
      const server = isDropped ? undefined : `rs${3 - (this.#turn++ % 3)}`;
      this.journal.expect(this.#service.datagram(this.journal.newClient()), server, why);
    }
    await this.#service.stage.settle();
  }
}

async function prepared(stage: Stage): Promise<Service> {
  const service = await Service.add(stage, { protocol: 'udp' });
  await service.meetServers();
  await stage.director.set('amemthresh', THRESHOLD_PAGES);
  return service;
}

/** The names of the states that a client's SYN and ACK lead to. */
function statesIn(machine: StateMachine, mode: Mode): string {
  let state = machine.start;
  const names = (['syn', 'ack'] as const).map((event) => {
    state = nextState(machine, state, { side: 'in', event }, MODES[mode].repliesPassDirector);
    return machine.facts[state]?.name;
  });
  return names.join(', ');
}

export const automaticDefences: readonly PacketCase[] = [
  packetCase({
    name: 'defence/automatic',
    title: 'drop_packet=1: the less memory is left, the more is turned away',
    requirement:
      'With drop_packet=1 nothing is dropped while at least amemthresh pages of memory are free; with fewer, every n-th packet that would open a connection is, n being amemthresh divided by what is missing; that is looked at every second, and at once when a setting is written.',
    sources: SOURCES,
    modes: ALL_MODES,
    virtualTime: true,
    play: async (stage) => {
      const { director } = stage;
      const flood = new Flood(await prepared(stage));
      await director.set('drop_packet', 1);
      await flood.come(0, 'memory is not short.');
      for (const [pages, rate] of RATES) {
        director.setFreePages(pages);
        await stage.wait(LOOKED_AT_MS);
        await flood.come(rate, `${pages} of ${THRESHOLD_PAGES} pages are free: ${rate} is the rate.`);
      }
      director.setFreePages(500);
      await director.set('drop_packet', 1);
      await flood.come(2, 'a setting was written, so memory is looked at.');
      await director.set('drop_packet', 0);
      await flood.come(0, 'the defence is off.');
      return flood.journal.entries;
    },
    check: (seen, entries) =>
      outcome(entries.length, counted(entries.length, 'new flow'), judgeArrivals(seen, entries)),
  }),
  packetCase({
    name: 'defence/automatic-second',
    title: 'drop_packet=1: packets are counted for a second',
    requirement:
      'While drop_packet is automatic the count of packets goes on from one to the next within a second, and begins anew with the next second; secure_tcp=1 follows TCP by the strict table while memory is short, and by the usual one afterwards.',
    sources: SOURCES,
    modes: ALL_MODES,
    virtualTime: true,
    play: async (stage) => {
      const { director } = stage;
      const service = await prepared(stage);
      const strict = await Service.add(stage, { port: service.port });
      await director.set('secure_tcp', 1);
      await director.set('drop_packet', 1);
      const states: (string | undefined)[] = [];
      const open = async (port: number) => {
        const client = strict.client(port);
        for (const flags of ['S', 'A']) {
          strict.segment(client, flags);
          await stage.settle();
          const rows = await strict.connections();
          states.push(rows.find((row) => row.client === endpoint(client))?.state);
        }
      };
      await open(1000);
      director.setFreePages(THRESHOLD_PAGES * (1 - 1 / SLOW_RATE));
      await stage.wait(LOOKED_AT_MS);
      await open(1001);
      const before = (await service.connections()).length;
      for (let i = 0; i < SLOW_FLOWS; i++) {
        service.datagram(service.client(i));
        await stage.wait(APART_MS);
      }
      const opened = (await service.connections()).length - before;
      director.setFreePages(THRESHOLD_PAGES);
      await stage.wait(LOOKED_AT_MS);
      await open(1002);
      return { states, dropped: SLOW_FLOWS - opened, mode: stage.mode };
    },
    check: (_seen, { states, dropped, mode }) => {
      // Where the second ends among them, the packets before and after it are counted apart.
      const [most, least] = [Math.floor(SLOW_FLOWS / SLOW_RATE), Math.floor(SLOW_FLOWS / SLOW_RATE) - 1];
      const range = `${least} or ${most}`;
      const words = (first: number) => states.slice(first, first + 2).join(', ');
      return outcome(
        SLOW_FLOWS + states.length,
        `${counted(SLOW_FLOWS, 'flow')} one after the other, ${counted(states.length, 'connection')} of TCP`,
        expectValues('A defence does not follow the memory that is left.', {
          'flows dropped': [range, dropped === most || dropped === least ? range : dropped],
          'states after SYN and ACK at first': [statesIn(TCP, mode), words(0)],
          'the same while memory is short': [statesIn(SECURE_TCP, mode), words(2)],
          'the same afterwards': [statesIn(TCP, mode), words(4)],
        }),
      );
    },
  }),
];
