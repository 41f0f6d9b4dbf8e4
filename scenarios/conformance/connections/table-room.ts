/** How many entries the connection table may have: `conn_max`. */

import { ALL_MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectCount, expectValues, outcome } from '../../kit/expecting/expect.ts';
import { Journal, judgeArrivals } from '../../kit/journal.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';
import type { Stage } from '../../kit/stage.ts';
import { UnsupportedError } from '../../kit/unsupported-error.ts';

const SOURCES = [kernel('settings, §6'), kernel('defence strategies, §10.2')];
const ROOM = 8;
const TIMEOUT_S = 20;
/** A timer may be an eighth late. */
const OVER_MS = 23_000;

const DEFENCES = ['drop_entry', 'drop_packet', 'secure_tcp'] as const;
/** What the defences read with so many entries, by what `conn_max` is. */
const ROOMS = [
  [
    14,
    [
      [13, 2],
      [14, 2],
      [15, 1],
      [16, 1],
    ],
  ],
  [
    24,
    [
      [26, 2],
      [27, 1],
    ],
  ],
  [
    25,
    [
      [28, 1],
      [27, 2],
    ],
  ],
] as const;
/** Of memory, with `amemthresh` at 1024. */
const [FEW_PAGES, MANY_PAGES] = [1_023, 1_024];
const LOOKED_AT_MS = 1_100;

/** @throws UnsupportedError where the table has no such limit, as in Linux 6.1. */
async function limit(stage: Stage, entries: number): Promise<void> {
  if ((await stage.director.settings()).conn_max === undefined) {
    throw new UnsupportedError('this director has no limit of its connection table');
  }
  await stage.director.set('conn_max', entries);
}

export const tableRoom: readonly PacketCase[] = [
  packetCase({
    name: 'table/limit',
    title: 'conn_max: who comes when the table is full is dropped',
    requirement: `With conn_max=${ROOM} so many entries fit, templates included: a packet that would need another one is dropped without a word, a connection of a persistent service is made only where its template fits as well, connections that are there go on, and each that ends makes room for one.`,
    sources: SOURCES,
    modes: ALL_MODES,
    virtualTime: true,
    play: async (stage) => {
      const udp = await Service.add(stage, { protocol: 'udp', servers: [{}] });
      const sticky = await Service.add(stage, { port: udp.port, servers: [{}], options: ['-p', '300'] });
      const single = await Service.add(stage, {
        protocol: 'udp',
        port: udp.port + 1,
        servers: [{}],
        options: ['-o'],
      });
      await stage.director.rules(`--set ${TIMEOUT_S} 0 ${TIMEOUT_S}`);
      const journal = new Journal(udp);
      const fits = async (packet: Uint8Array, does: boolean, why: string) => {
        journal.expect(packet, does ? 'rs1' : undefined, why);
        await stage.settle();
      };
      await fits(udp.datagram(udp.client(900)), true, 'the table has room.');
      await limit(stage, 0);
      await fits(udp.datagram(udp.client(901)), false, 'no entry fits.');
      await fits(udp.datagram(udp.client(900)), true, 'it is known.');
      await stage.wait(OVER_MS);
      await limit(stage, ROOM);
      const flows = Array.from({ length: ROOM - 1 }, () => journal.newClient());
      for (const flow of flows) await fits(udp.datagram(flow), true, 'the table has room.');
      await fits(sticky.segment(sticky.client(0, 2), 'S'), false, 'there is room for a template alone.');
      const templates = (await udp.connections()).length;
      await fits(udp.datagram(journal.newClient()), false, 'the template has taken the last place.');
      await fits(
        single.datagram(single.client(0, 3)),
        false,
        'a datagram that is scheduled for itself needs one too.',
      );
      await limit(stage, ROOM + 1);
      await fits(
        sticky.segment(sticky.client(0, 2), 'S'),
        true,
        'its template is there, and there is one place more.',
      );
      await fits(udp.datagram(journal.newClient()), false, 'the table is full.');
      await fits(sticky.segment(sticky.client(0, 4), 'S'), false, 'not even a template fits.');
      for (const flow of flows.slice(1)) await fits(udp.datagram(flow), true, 'it is known.');
      await stage.wait(OVER_MS / 2);
      for (const flow of flows.slice(1)) await fits(udp.datagram(flow), true, 'it is known.');
      await stage.wait(OVER_MS / 2);
      // The first flow is over, which nobody has asked for since.
      await fits(udp.datagram(journal.newClient()), true, 'one flow is over.');
      await fits(udp.datagram(journal.newClient()), false, 'one flow is over, and another one has come.');
      return { entries: journal.entries, templates };
    },
    check: (seen, { entries, templates }) =>
      outcome(
        entries.length,
        `${counted(entries.length, 'packet')} for a table of ${ROOM} entries`,
        judgeArrivals(seen, entries),
        expectCount(seen.toClients, 0, 'nobody is told that the table is full'),
        expectValues('The template is not there without its connection.', {
          'entries of seven flows and a template': [ROOM, templates],
        }),
      ),
  }),
  packetCase({
    name: 'defence/automatic-reads',
    title: 'An automatic defence reads 2 while it is on',
    requirement:
      'A defence that is set to 1 or 2 reads 2 while memory is short or less than an eighth of conn_max is left, and 1 otherwise; that is looked at when a setting is written and every second; 0 and 3 stay what they are.',
    sources: SOURCES,
    modes: ALL_MODES,
    virtualTime: true,
    play: async (stage) => {
      const { director } = stage;
      const service = await Service.add(stage, { protocol: 'udp' });
      const reads: Record<string, [expected: string, seen: string]> = {};
      const reading = async (what: string, expected: number) => {
        const settings = await director.settings();
        const seen = DEFENCES.map((name) => settings[name]).join(' ');
        reads[`${Object.keys(reads).length + 1}: ${what}`] = [DEFENCES.map(() => expected).join(' '), seen];
      };
      const setAll = async (mode: number) => {
        for (const name of DEFENCES) await director.set(name, mode);
      };
      let flows = 0;
      for (const [entries, rooms] of ROOMS) {
        await setAll(0);
        await limit(stage, 2 * entries);
        for (; flows < entries; flows++) service.datagram(service.client(flows));
        await stage.settle();
        await setAll(1);
        for (const [room, mode] of rooms) {
          await limit(stage, room);
          await reading(`${entries} entries, conn_max=${room}`, mode);
        }
      }
      await limit(stage, 2 * flows);
      for (const mode of [0, 3]) {
        await setAll(mode);
        director.setFreePages(mode === 0 ? FEW_PAGES : MANY_PAGES);
        await stage.wait(LOOKED_AT_MS);
        await reading(`set to ${mode}`, mode);
      }
      for (const mode of [1, 2]) {
        await setAll(mode);
        await reading(`set to ${mode} with many pages`, 1);
        director.setFreePages(FEW_PAGES);
        await reading('few pages, not looked at yet', 1);
        await stage.wait(LOOKED_AT_MS);
        await reading('few pages, a second later', 2);
        await setAll(mode);
        await reading(`set to ${mode} with few pages`, 2);
        director.setFreePages(MANY_PAGES);
        await stage.wait(LOOKED_AT_MS);
        await reading('many pages, a second later', 1);
      }
      return reads;
    },
    check: (_seen, reads) =>
      outcome(
        Object.keys(reads).length,
        `${Object.keys(reads).length} times three settings`,
        expectValues('A defence does not read what it is.', reads),
      ),
  }),
];
