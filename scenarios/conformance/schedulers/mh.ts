/** Maglev hashing. */

import { arrivalCase } from '../../kit/arrival-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { article, kernel } from '../../kit/requirement.ts';
import { openFromMany } from './open-from-many.ts';
import { sequenceCase } from './sequences/sequence-case.ts';

const SOURCES = [article('scheduler'), kernel('schedulers: mh, §2.14')];

export const mh: readonly PacketCase[] = [
  sequenceCase(
    {
      name: 'scheduler/mh/sequence',
      title: 'mh: Maglev’s table decides',
      requirement:
        'Maglev hashing computes the server from the client’s address through a table of 4093 slots, which the servers have filled in turns by their weights, each in an order of preference of its own.',
      sources: SOURCES,
    },
    { scheduler: 'mh', weights: [1, 3, 2], connections: 500, heldAtMost: 30 },
  ),
  sequenceCase(
    {
      name: 'scheduler/mh/port-flag',
      title: 'mh-port: the client’s port counts too',
      requirement:
        'With mh-port, Maglev hashing spreads one client’s connections by address and port; weights 20, 60 and 40 get their slots as 1, 3 and 2 would.',
      sources: SOURCES,
    },
    { scheduler: 'mh', flags: 'mh-port', weights: [20, 60, 40], connections: 300, heldAtMost: 30 },
  ),
  sequenceCase(
    {
      name: 'scheduler/mh/large-weights',
      title: 'mh: large weights are scaled down',
      requirement:
        'Maglev hashing claims at most 63 slots a turn for a server: larger weights are shifted right until the largest fits, and whoever’s share becomes 0 by that still gets one.',
      sources: SOURCES,
    },
    { scheduler: 'mh', flags: 'mh-port', weights: [1000, 7, 1], connections: 600, heldAtMost: 30 },
  ),
  arrivalCase(
    {
      name: 'scheduler/mh/quiesced',
      title: 'mh: a quiesced server keeps its slots',
      requirement:
        'Maglev hashing remembers the last weight that was not 0: a quiesced server keeps its slots, its clients are refused, and nobody else’s move.',
      sources: SOURCES,
    },
    { scheduler: 'mh', servers: [{ weight: 1 }, { weight: 3 }, { weight: 2 }] },
    async (journal, service) => {
      await service.editServer(1, { weight: 0 });
      await openFromMany(journal, service, 'rs2 has weight 0 and the slots of weight 3.', {
        changed: { rs2: { weight: 0, lastWeight: 3 } },
      });
      await service.editServer(1, { weight: 3 });
      await openFromMany(journal, service, 'rs2 is back.');
    },
  ),
  arrivalCase(
    {
      name: 'scheduler/mh/removed',
      title: 'mh: when a server goes, most clients stay where they are',
      requirement:
        'When a server is removed, Maglev hashing fills the table anew from the same orders of preference, so that almost only its own clients move.',
      sources: SOURCES,
    },
    { scheduler: 'mh' },
    async (journal, service) => {
      await openFromMany(journal, service, 'all three have the same share of the slots.');
      await service.removeServer(1);
      await openFromMany(journal, service, 'rs2 is gone; two servers fill the table.', { removed: 'rs2' });
    },
  ),
  arrivalCase(
    {
      name: 'scheduler/mh/fallback',
      title: 'mh-fallback: another slot when the server is unavailable',
      requirement:
        'With mh-fallback, Maglev hashing hashes on, offset by offset, until it meets a server that is to be had.',
      sources: SOURCES,
    },
    {
      scheduler: 'mh',
      options: ['-b', 'mh-fallback'],
      servers: [{ weight: 1 }, { weight: 3 }, { weight: 2 }],
    },
    async (journal, service) => {
      const flags = 'mh-fallback';
      await openFromMany(journal, service, 'all servers are to be had.', { flags });
      await service.editServer(1, { weight: 0 });
      const quiesced = { rs2: { weight: 0, lastWeight: 3 } };
      await openFromMany(journal, service, 'rs2 has weight 0.', { flags, changed: quiesced });
      await service.editServer(1, { weight: 3, options: ['-x', '1'] });
      await openFromMany(journal, service, 'rs2 is full.', { flags, changed: { rs2: { isFull: true } } });
    },
  ),
];
