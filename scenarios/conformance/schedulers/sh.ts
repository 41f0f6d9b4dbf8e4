/** Source hashing. */

import { arrivalCase } from '../../kit/arrival-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { article, kernel } from '../../kit/requirement.ts';
import { openFromMany } from './open-from-many.ts';
import { sequenceCase } from './sequences/sequence-case.ts';

const SOURCES = [article('scheduler'), kernel('schedulers: sh, §2.13')];

export const sh: readonly PacketCase[] = [
  sequenceCase(
    {
      name: 'scheduler/sh/sequence',
      title: 'sh: a client finds its server again',
      requirement:
        'Source hashing sends every connection of a client address to the same server, from whatever port, without remembering anything: a hash leads to one of 256 buckets, which are dealt out by weight.',
      sources: SOURCES,
    },
    { scheduler: 'sh', weights: [1, 3, 2], connections: 500, heldAtMost: 30 },
  ),
  sequenceCase(
    {
      name: 'scheduler/sh/port-flag',
      title: 'sh-port: the client’s port counts too',
      requirement:
        'With sh-port, source hashing spreads one client’s connections by the sum of its address and port.',
      sources: SOURCES,
    },
    { scheduler: 'sh', flags: 'sh-port', weights: [1, 3, 2], connections: 300, heldAtMost: 30 },
  ),
  arrivalCase(
    {
      name: 'scheduler/sh/quiesced',
      title: 'sh: clients of a quiesced server are refused',
      requirement:
        'A server of weight 0 keeps one bucket in each turn of source hashing, and whoever’s hash leads there gets no server at all: without sh-fallback nobody else steps in.',
      sources: SOURCES,
    },
    { scheduler: 'sh', servers: [{ weight: 1 }, { weight: 3 }, { weight: 2 }] },
    async (journal, service) => {
      await service.editServer(1, { weight: 0 });
      await openFromMany(journal, service, 'rs2 has weight 0 and one bucket in each turn.', {
        changed: { rs2: { weight: 0 } },
      });
      await service.editServer(1, { weight: 3 });
      await openFromMany(journal, service, 'rs2 has weight 3 again, and its buckets.');
    },
  ),
  arrivalCase(
    {
      name: 'scheduler/sh/full',
      title: 'sh: clients of a full server are refused',
      requirement:
        'A server at its upper threshold keeps its buckets in source hashing; without sh-fallback its clients get no server, and those of the others do not notice.',
      sources: SOURCES,
    },
    { scheduler: 'sh', servers: [{ weight: 1 }, { weight: 3, options: ['-x', '1'] }, { weight: 2 }] },
    async (journal, service) => {
      await openFromMany(journal, service, 'rs2 takes one connection, then it is full.', { full: 'rs2' });
    },
  ),
  arrivalCase(
    {
      name: 'scheduler/sh/removed',
      title: 'sh: when a server goes, most clients move',
      requirement:
        'Removing a server from source hashing deals out all buckets anew, so that clients of the other servers move as well: what Maglev hashing is for.',
      sources: SOURCES,
    },
    { scheduler: 'sh' },
    async (journal, service) => {
      await service.removeServer(1);
      await openFromMany(journal, service, 'rs2 is gone; two servers have the buckets.', { removed: 'rs2' });
    },
  ),
  arrivalCase(
    {
      name: 'scheduler/sh/fallback',
      title: 'sh-fallback: the search goes on from twice the hash',
      requirement:
        'With sh-fallback, source hashing looks for another server where its own is not to be had: it tries the buckets from twice the hash on, one after the other, so that a server’s clients scatter over all others.',
      sources: SOURCES,
    },
    {
      scheduler: 'sh',
      options: ['-b', 'sh-fallback'],
      servers: [{ weight: 1 }, { weight: 3 }, { weight: 2 }],
    },
    async (journal, service) => {
      const flags = 'sh-fallback';
      await openFromMany(journal, service, 'all servers are to be had.', { flags });
      await service.editServer(1, { weight: 0 });
      await openFromMany(journal, service, 'rs2 has weight 0.', { flags, changed: { rs2: { weight: 0 } } });
      await service.editServer(1, { weight: 3, options: ['-x', '1'] });
      await openFromMany(journal, service, 'rs2 is full.', { flags, changed: { rs2: { isFull: true } } });
    },
  ),
];
