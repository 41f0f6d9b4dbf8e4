/** Schedulers that compute the server from addresses: sh, dh, mh. */
import type { PacketCase } from '../../harness/packets/packet-case.ts';
import { article, kernel } from '../../harness/requirement.ts';
import type { ModelServer } from '../oracles/choice.ts';
import { modelOf } from '../oracles/index.ts';
import type { MaglevServer } from '../oracles/mh.ts';
import { arrivalCase, sequenceCase } from '../play/cases.ts';
import type { Journal } from '../play/journal.ts';
import type { Service } from '../play/service.ts';

const SH = [article('scheduler'), kernel('schedulers: sh, §2.13')];
const DH = [article('scheduler'), kernel('schedulers: dh, §2.12')];
const MH = [article('scheduler'), kernel('schedulers: mh, §2.14')];
const CLIENTS = 60;

interface Circumstances {
  /** As for `ipvsadm -b`. */
  readonly flags?: string;
  /** What has become of servers, by name. */
  readonly changed?: Readonly<Record<string, Partial<MaglevServer>>>;
  readonly removed?: string;
  /** A server that may have one connection only: it is full from its first one on. */
  readonly full?: string;
}

/** Opens one connection from each of many addresses and expects each where the reference model says. */
async function openFromMany(
  journal: Journal,
  service: Service,
  why: string,
  { flags, changed = {}, removed, full }: Circumstances = {},
): Promise<void> {
  const model = modelOf(service.setup.scheduler as string, flags);
  await service.meetServers();
  let list: ModelServer[] = service.servers
    .filter(({ name }) => name !== removed)
    .map((server) => ({ ...server, active: 0, inactive: 0, ...changed[server.name] }))
    .reverse();
  for (let n = 1; n <= CLIENTS; n++) {
    const client = journal.newClient(n);
    const request = { client: client.address, clientPort: client.port, destination: service.stage.vip };
    const server = model(list, request, []);
    journal.expect(journal.openOne(client), server, why);
    if (server === full) list = list.map((one) => (one.name === full ? { ...one, isFull: true } : one));
  }
  await service.stage.settle();
}

/** The one server that a hash of the VIP leads to. */
function serverOfVip(service: Service): string {
  const list = service.servers.map((server) => ({ ...server, active: 0, inactive: 0 })).reverse();
  const request = { client: service.stage.clientAddress(), clientPort: 0, destination: service.stage.vip };
  return modelOf('dh')(list, request, []) as string;
}

const indexOf = (server: string) => Number(server.slice(2)) - 1;

export const schedulerHashing: readonly PacketCase[] = [
  sequenceCase(
    {
      name: 'scheduler/sh/sequence',
      title: 'sh: a client finds its server again',
      requirement:
        'Source hashing sends every connection of a client address to the same server, from whatever port, without remembering anything: a hash leads to one of 256 buckets, which are dealt out by weight.',
      sources: SH,
    },
    { scheduler: 'sh', weights: [1, 3, 2], connections: 500, heldAtMost: 30 },
  ),
  sequenceCase(
    {
      name: 'scheduler/sh/port-flag',
      title: 'sh-port: the client’s port counts too',
      requirement:
        'With sh-port, source hashing spreads one client’s connections by the sum of its address and port.',
      sources: SH,
    },
    { scheduler: 'sh', flags: 'sh-port', weights: [1, 3, 2], connections: 300, heldAtMost: 30 },
  ),
  arrivalCase(
    {
      name: 'scheduler/sh/quiesced',
      title: 'sh: clients of a quiesced server are refused',
      requirement:
        'A server of weight 0 keeps one bucket in each turn of source hashing, and whoever’s hash leads there gets no server at all: without sh-fallback nobody else steps in.',
      sources: SH,
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
      sources: SH,
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
      sources: SH,
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
      sources: SH,
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
  sequenceCase(
    {
      name: 'scheduler/dh/sequence',
      title: 'dh: the destination address decides alone',
      requirement:
        'Destination hashing computes the server from the address that the packet is for; clients of one VIP therefore all get the same server, whatever the load and the weights.',
      sources: DH,
    },
    { scheduler: 'dh', weights: [1, 5, 1], connections: 200, heldAtMost: 30 },
  ),
  arrivalCase(
    {
      name: 'scheduler/dh/quiesced',
      title: 'dh: nobody steps in for a quiesced server',
      requirement:
        'When the server that destination hashing leads to has weight 0, connections are refused though others are idle; when it is removed, the buckets are dealt out anew among those that are left.',
      sources: DH,
    },
    { scheduler: 'dh' },
    async (journal, service) => {
      const own = serverOfVip(service);
      await journal.open(`${own} ${own}`, 'the hash of the VIP leads there.');
      await service.editServer(indexOf(own), { weight: 0 });
      await journal.open('none none', `${own} has weight 0.`);
      await service.editServer(indexOf(own), { weight: 1 });
      await journal.open(own, `${own} is back.`);
      await service.removeServer(indexOf(own));
      await openFromMany(journal, service, `${own} was removed.`, { removed: own });
    },
  ),
  sequenceCase(
    {
      name: 'scheduler/mh/sequence',
      title: 'mh: Maglev’s table decides',
      requirement:
        'Maglev hashing computes the server from the client’s address through a table of 4093 slots, which the servers have filled in turns by their weights, each in an order of preference of its own.',
      sources: MH,
    },
    { scheduler: 'mh', weights: [1, 3, 2], connections: 500, heldAtMost: 30 },
  ),
  sequenceCase(
    {
      name: 'scheduler/mh/port-flag',
      title: 'mh-port: the client’s port counts too',
      requirement: 'With mh-port, Maglev hashing spreads one client’s connections by address and port.',
      sources: MH,
    },
    { scheduler: 'mh', flags: 'mh-port', weights: [2, 6, 4], connections: 300, heldAtMost: 30 },
  ),
  sequenceCase(
    {
      name: 'scheduler/mh/large-weights',
      title: 'mh: large weights are scaled down',
      requirement:
        'Maglev hashing claims at most 63 slots a turn for a server: larger weights are shifted right until the largest fits, and whoever’s share becomes 0 by that still gets one.',
      sources: MH,
    },
    { scheduler: 'mh', flags: 'mh-port', weights: [1000, 7, 1], connections: 600, heldAtMost: 30 },
  ),
  arrivalCase(
    {
      name: 'scheduler/mh/quiesced',
      title: 'mh: a quiesced server keeps its slots',
      requirement:
        'Maglev hashing remembers the last weight that was not 0: a quiesced server keeps its slots, its clients are refused, and nobody else’s move.',
      sources: MH,
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
      sources: MH,
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
      title: 'mh-fallback: another slot where the server is not to be had',
      requirement:
        'With mh-fallback, Maglev hashing hashes on, offset by offset, until it meets a server that is to be had.',
      sources: MH,
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
