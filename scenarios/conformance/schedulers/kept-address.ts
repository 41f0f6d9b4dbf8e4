/** What lblc and lblcr keep of an address whose server was deleted. */

import { ALL_MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { outcome } from '../../kit/expecting/expect.ts';
import { type Entry, Journal, judgeArrivals } from '../../kit/journal.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { article, kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';

/** Longer than a UDP flow lives. */
const FLOW_OVER_MS = 320_000;
/** Longer than a deleted server is kept to which nothing leads. */
const FORGOTTEN_MS = 400_000;
const FIRST_PORT = 2100;

export const keptAddress: readonly PacketCase[] = [
  packetCase<readonly Entry[]>({
    name: 'scheduler/any/kept-address',
    title: 'lblc and lblcr: an address finds the server again that was deleted',
    requirement:
      'An address that locality-based least connections, with replication or without, keeps on a server stays there where that server is deleted and added again, however long after and although no connection is left, if nobody asked for the address meanwhile; also after another process has taken over.',
    sources: [
      article('scheduler'),
      kernel('schedulers: lblc, §2.15'),
      kernel('connections: deleted destinations, §3.6'),
    ],
    modes: ALL_MODES,
    virtualTime: true,
    play: async (stage) => {
      const services: Service[] = [];
      for (const [i, scheduler] of ['lblc', 'lblcr'].entries()) {
        services.push(await Service.add(stage, { protocol: 'udp', scheduler, port: FIRST_PORT + i }));
      }
      const journals = services.map((service) => new Journal(service));
      const ask = async (server: string, why: string) => {
        for (const [i, journal] of journals.entries()) {
          journal.expect(journal.openOne(journal.newClient(1 + i)), server, why);
        }
        await stage.settle();
      };
      const each = async (change: (service: Service) => Promise<void>) => {
        for (const service of services) await change(service);
      };
      await ask('rs3', 'the server added last is chosen first.');
      for (const isTakenOver of [false, true]) {
        await stage.wait(FLOW_OVER_MS);
        if (isTakenOver) stage.director.handOver?.();
        await each((service) => service.removeServer(2));
        await stage.wait(FORGOTTEN_MS);
        await each((service) => service.addServer(2));
        // Whoever has to choose anew takes the first in the list.
        await each((service) => service.removeServer(0));
        await each((service) => service.addServer(0));
        await ask('rs3', 'the address has been kept on rs3, which is back.');
      }
      return journals.flatMap(({ entries }) => entries);
    },
    check: (seen, entries) =>
      outcome(entries.length, counted(entries.length, 'flow'), judgeArrivals(seen, entries)),
  }),
];
