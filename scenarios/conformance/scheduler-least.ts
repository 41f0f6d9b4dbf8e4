/** Schedulers that count connections: lc, wlc, sed, nq. */
import type { PacketCase } from '../../harness/packets/packet-case.ts';
import { article, kernel } from '../../harness/requirement.ts';
import { arrivalCase, sequenceCase } from '../play/cases.ts';
import type { Journal } from '../play/journal.ts';
import type { Service } from '../play/service.ts';

const LC = [article('scheduler'), kernel('schedulers: lc, §2.4')];
const WLC = [article('scheduler'), kernel('schedulers: wlc, §2.5')];
const SED = [article('scheduler'), kernel('schedulers: sed, §2.6')];
const NQ = [article('scheduler'), kernel('schedulers: nq, §2.7')];

/** rs1 has one active connection; rs2 is given as many closed ones as are worth a little less, as much, and more. */
async function activeAgainstInactive(journal: Journal, service: Service): Promise<void> {
  await service.meetServers();
  await service.editServer(1, { weight: 0 });
  await journal.open('rs1', 'rs2 has weight 0.');
  await service.editServer(0, { weight: 0 });
  await service.editServer(1, { weight: 1 });
  const first = await journal.open(many('rs2', 100), 'rs1 has weight 0.');
  await journal.close(first);
  const second = await journal.open(many('rs2', 100), 'rs1 has weight 0.');
  await journal.close(second);
  const third = await journal.open(many('rs2', 56), 'rs1 has weight 0.');
  await journal.close(third);
  await service.editServer(0, { weight: 1 });
  const next = await journal.open('rs2', '256 inactive connections are less than one active one.');
  await journal.close(next);
  const tie = await journal.open(
    'rs2',
    '257 inactive ones are as much; of equals the server added last is taken.',
  );
  await journal.close(tie);
  await journal.open('rs1', '258 inactive connections are more than one active one.');
}

function many(server: string, count: number): string {
  return Array<string>(count).fill(server).join(' ');
}

export const schedulerLeast: readonly PacketCase[] = [
  sequenceCase(
    {
      name: 'scheduler/lc/sequence',
      title: 'lc: the smallest load, whatever the weights',
      requirement:
        'Least connections gives each new connection to the server with the smallest load, in which an active connection counts as much as 257 closed ones that are still remembered; of equals the one added last wins.',
      sources: LC,
    },
    { scheduler: 'lc', weights: [1, 5, 2], connections: 600, heldAtMost: 40 },
  ),
  arrivalCase(
    {
      name: 'scheduler/lc/inactive',
      title: 'lc: an active connection weighs as much as 257 inactive ones',
      requirement:
        'Least connections compares active connections first, and closed ones that are still remembered only as fractions: 256 of them are less than one active connection, 258 are more.',
      sources: LC,
    },
    { scheduler: 'lc', servers: [{}, {}] },
    activeAgainstInactive,
  ),
  sequenceCase(
    {
      name: 'scheduler/wlc/sequence',
      title: 'wlc: the smallest load for the weight',
      requirement:
        'Weighted least connections, the default scheduler, gives each new connection to the server whose load divided by its weight is smallest, under any mix of open and closed connections.',
      sources: WLC,
    },
    { scheduler: 'wlc', weights: [1, 2, 3], connections: 900, heldAtMost: 40 },
  ),
  arrivalCase(
    {
      name: 'scheduler/wlc/weights',
      title: 'wlc: a server of weight 3 holds three times as many',
      requirement:
        'While all connections stay open, weighted least connections fills servers in proportion to their weights.',
      sources: WLC,
    },
    { scheduler: 'wlc', servers: [{ weight: 1 }, { weight: 2 }, { weight: 3 }] },
    async (journal) => {
      await journal.open(
        'rs3 rs2 rs1 rs3 rs2 rs3 rs3 rs2 rs1 rs3 rs2 rs3',
        'load divided by weight is smallest there, and of equals it was added last.',
      );
    },
  ),
  arrivalCase(
    {
      name: 'scheduler/wlc/inactive',
      title: 'wlc: an active connection weighs as much as 257 inactive ones',
      requirement:
        'Weighted least connections counts an active connection as 256 plus one, and one that was closed but is still remembered as one.',
      sources: WLC,
    },
    { scheduler: 'wlc', servers: [{}, {}] },
    activeAgainstInactive,
  ),
  arrivalCase(
    {
      name: 'scheduler/wlc/udp',
      title: 'wlc: UDP is balanced by the flows that are remembered',
      requirement:
        'A UDP flow never counts as active, so weighted least connections balances UDP by the number of flows that have not expired yet.',
      sources: [kernel('states: UDP, §4.5')],
    },
    { scheduler: 'wlc', protocol: 'udp', servers: [{ weight: 1 }, { weight: 2 }] },
    async (journal) => {
      await journal.open('rs2 rs1 rs2 rs2 rs1 rs2 rs2 rs1 rs2', 'flows divided by weight are fewest there.');
    },
  ),
  sequenceCase(
    {
      name: 'scheduler/sed/sequence',
      title: 'sed: where one connection more would mean the least',
      requirement:
        'Shortest expected delay chooses the server for which active connections plus one, divided by the weight, is smallest; closed connections do not count.',
      sources: SED,
    },
    { scheduler: 'sed', weights: [1, 2, 3], connections: 600, heldAtMost: 40 },
  ),
  arrivalCase(
    {
      name: 'scheduler/sed/leaves-idle',
      title: 'sed: a strong server that works can be better than a weak one that idles',
      requirement:
        'Shortest expected delay gives a server of weight 3 three connections before an idle one of weight 1 gets its first.',
      sources: SED,
    },
    { scheduler: 'sed', servers: [{ weight: 1 }, { weight: 3 }] },
    async (journal) => {
      await journal.open('rs2 rs2 rs2 rs1 rs2 rs2 rs2 rs1', '(active + 1) / weight is smallest there.');
    },
  ),
  arrivalCase(
    {
      name: 'scheduler/sed/udp',
      title: 'sed: UDP always finds the servers idle',
      requirement:
        'Shortest expected delay looks at active connections only, which UDP does not have: all of it goes to the server with the highest weight.',
      sources: [kernel('states: UDP, §4.5')],
    },
    { scheduler: 'sed', protocol: 'udp', servers: [{ weight: 1 }, { weight: 3 }, { weight: 2 }] },
    async (journal) => {
      await journal.open('rs2 rs2 rs2 rs2 rs2 rs2', 'no server ever has an active UDP connection.');
    },
  ),
  sequenceCase(
    {
      name: 'scheduler/nq/sequence',
      title: 'nq: idle servers first, then as sed',
      requirement:
        'Never queue gives a connection to the first server without an active one; only when all have work it goes by shortest expected delay.',
      sources: NQ,
    },
    { scheduler: 'nq', weights: [1, 2, 3], connections: 600, heldAtMost: 12 },
  ),
  arrivalCase(
    {
      name: 'scheduler/nq/idle-first',
      title: 'nq: nobody idles while another works',
      requirement:
        'Never queue gives an idle server of weight 1 a connection before one of weight 3 gets its second, and again as soon as it is idle once more.',
      sources: NQ,
    },
    { scheduler: 'nq', servers: [{ weight: 1 }, { weight: 3 }] },
    async (journal) => {
      await journal.open('rs2', 'all are idle: the server added last.');
      const [only] = await journal.open('rs1', 'rs1 is idle.');
      await journal.open('rs2 rs2 rs2', 'nobody is idle: (active + 1) / weight is smallest there.');
      await journal.close([only!]);
      await journal.open('rs1', 'rs1 is idle again.');
    },
  ),
];
