/** `drop_entry`: what a flood leaves in the table goes, and what is in use stays. */

import { ALL_MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { endpoint } from '../../kit/arrivals.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { type Client, Service } from '../../kit/service.ts';
import { chunks } from './sctp-events.ts';

const SOURCES = [kernel('defence against floods: drop_entry, §10.2')];
const EACH = 160;
const CLIENTS = 60;
/** Half-open connections of TCP have 60 s anyway. */
export const LOOKED_FOR_S = 32;
/** Past the minute after which a connection is idle. */
const IDLE_S = 62;
/** Flows with more packets than eight were meant. */
const PACKETS = [1, 4, 9] as const;
/** Some have one more than a byte counts. */
const BUSY = 10;
const MANY = 257;
/** Of the table’s buckets a 32nd is looked through every second. */
const LEFT_EACH_SECOND = 31 / 32;
/** So far from what is to be expected, in standard deviations, is once in 10^9 runs. */
const TOLERATED = 6.2;

/** How many of `count` may be left after so many seconds, each of which takes one with the same probability. */
export function leftAfter(seconds: number, count: number): { readonly least: number; readonly most: number } {
  const chance = LEFT_EACH_SECOND ** seconds;
  const mean = count * chance;
  const deviation = Math.sqrt(mean * (1 - chance));
  // Buckets are drawn with repetition, and one bucket may hold several.
  const tolerance = 1.5 * TOLERATED * deviation;
  return { least: Math.ceil(mean - tolerance), most: Math.floor(mean + tolerance) };
}

export function within(seen: number, { least, most }: { readonly least: number; readonly most: number }) {
  const range = `${least} to ${most}`;
  return [range, seen >= least && seen <= most ? range : seen] as const;
}

export const floodDefence: readonly PacketCase[] = [
  packetCase({
    name: 'defence/drop-entry',
    title: 'drop_entry takes half-open connections, and leaves those that are used',
    requirement:
      'With drop_entry=3 a 32nd of the connection table, drawn at random, is looked through every second: half-open TCP and SCTP connections found there are forgotten, established and closed ones and UDP flows are not while they have been used within the last minute, and none is after it is switched off.',
    sources: SOURCES,
    modes: ALL_MODES,
    virtualTime: true,
    play: async (stage) => {
      const { director } = stage;
      const web = await Service.add(stage);
      const name = await Service.add(stage, { protocol: 'udp' });
      const signalling = await Service.add(stage, { protocol: 'sctp' });
      await web.meetServers();
      const clients = Array.from({ length: EACH }, (_, i) => web.client(i, 1 + (i % CLIENTS)));
      const other = (n: number) => clients.map(({ address, port }): Client => ({ address, port: port + n }));
      const kinds = {
        'half-open TCP': { clients, open: (one: Client) => web.segment(one, 'S') },
        'established TCP': { clients: other(1000), open: (one: Client) => web.open(one) },
        'closing TCP': {
          clients: other(2000),
          open: (one: Client) => {
            web.open(one);
            web.segment(one, 'FA');
          },
        },
        UDP: { clients: other(3000), open: (one: Client) => name.datagram(one) },
        'beginning SCTP': {
          clients: other(4000),
          // Twice: the first state of all has four seconds only.
          open: (one: Client) => {
            signalling.chunk(one, chunks('i'));
            signalling.chunk(one, chunks('i'));
          },
        },
      } as const;
      for (const { clients: all, open } of Object.values(kinds)) {
        for (const [i, one] of all.entries()) {
          open(one);
          if (i % 40 === 39) await stage.settle();
        }
        await stage.settle();
      }
      const counts = async () => {
        const listed = new Set((await web.connections()).map(({ client }) => client));
        return Object.fromEntries(
          Object.entries(kinds).map(([kind, { clients: all }]) => [
            kind,
            all.filter((one) => listed.has(endpoint(one))).length,
          ]),
        );
      };
      const before = await counts();
      await director.set('drop_entry', 3);
      await stage.wait(LOOKED_FOR_S * 1000);
      const during = await counts();
      await director.set('drop_entry', 0);
      await stage.wait(10_000);
      return { before, during, after: await counts() };
    },
    check: (_seen, { before, during, after }) =>
      outcome(
        5 * EACH,
        `${counted(5 * EACH, 'connection')} of five kinds`,
        expectValues(
          'A list before is not as it should be.',
          all(before, () => EACH),
        ),
        expectValues('After half a minute other connections are left than should be.', {
          ...all(during, () => EACH),
          'half-open TCP': within(during['half-open TCP'] ?? 0, leftAfter(LOOKED_FOR_S, EACH)),
          'beginning SCTP': within(during['beginning SCTP'] ?? 0, leftAfter(LOOKED_FOR_S, EACH)),
        }),
        expectValues(
          'Connections went although drop_entry was off again.',
          all(after, (kind) => during[kind]!),
        ),
      ),
  }),
  packetCase({
    name: 'defence/drop-idle',
    title: 'drop_entry takes idle flows, the fewer packets they had the sooner',
    requirement:
      'With drop_entry=3 flows that have been idle for a minute are forgotten where they are found: every one of a single packet, every n-th of those with n packets up to eight, and none that has had more.',
    sources: SOURCES,
    modes: ALL_MODES,
    virtualTime: true,
    play: async (stage) => {
      const service = await Service.add(stage, { protocol: 'udp' });
      await service.meetServers();
      const flows = PACKETS.map((packets, at) => ({
        packets,
        clients: Array.from({ length: EACH }, (_, i) => service.client(1000 * at + i, 1 + (i % CLIENTS))),
      }));
      for (const { packets, clients } of flows) {
        for (const client of clients) for (let i = 0; i < packets; i++) service.datagram(client);
        await stage.settle();
      }
      const busy = Array.from({ length: BUSY }, (_, i) => service.client(9000 + i));
      for (const client of busy) for (let i = 0; i < MANY; i++) service.datagram(client);
      await stage.settle();
      await stage.wait(IDLE_S * 1000);
      await stage.director.set('drop_entry', 3);
      await stage.wait(LOOKED_FOR_S * 1000);
      const listed = new Set((await service.connections()).map(({ client }) => client));
      const leftOf = (clients: readonly Client[]) =>
        clients.filter((one) => listed.has(endpoint(one))).length;
      return { left: flows.map(({ clients }) => leftOf(clients)), busyLeft: leftOf(busy) };
    },
    check: (_seen, { left, busyLeft }) =>
      outcome(
        PACKETS.length * EACH + BUSY,
        `${counted(PACKETS.length * EACH + BUSY, 'idle flow')} of one packet up to ${MANY}`,
        expectValues('Flows that were meant have gone.', { [`flows of ${MANY} packets`]: [BUSY, busyLeft] }),
        expectValues(
          'Other flows are left than should be.',
          Object.fromEntries(
            PACKETS.map((packets, i) => [
              `flows of ${counted(packets, 'packet')}`,
              within(left[i] ?? 0, leftAfter(packets > 8 ? 0 : LOOKED_FOR_S / packets, EACH)),
            ]),
          ),
        ),
      ),
  }),
];

function all(seen: Readonly<Record<string, number>>, expected: (kind: string) => number) {
  return Object.fromEntries(
    Object.entries(seen).map(([kind, count]) => [kind, [expected(kind), count] as const]),
  );
}
