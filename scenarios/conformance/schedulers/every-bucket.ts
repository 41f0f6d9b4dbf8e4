/** Every place of the table of `dh`. */

import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { outcome } from '../../kit/expecting/expect.ts';
import { type Entry, Journal, judgeArrivals } from '../../kit/journal.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { article, kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';
import { hash32 } from '../../models/hash32.ts';
import { modelOf } from '../../models/reference-model.ts';

const MARK = 8;
const BITS = 8;
const NETWORK = '10.77.0.0/16';
/** What is sent at once. */
const BURST = 64;

/** An address of the network for each value of the hash. */
function addresses(): string[] {
  const byBucket = new Map<number, string>();
  for (let n = 0; byBucket.size < 2 ** BITS; n++) {
    const bucket = hash32(10 * 2 ** 24 + 77 * 2 ** 16 + n, BITS);
    if (!byBucket.has(bucket)) byBucket.set(bucket, `10.77.${n >> 8}.${n & 255}`);
  }
  return [...byBucket.values()];
}

export const everyBucket: readonly PacketCase[] = [
  packetCase<readonly Entry[]>({
    name: 'scheduler/dh/every-bucket',
    title: 'dh: every value of the hash has its server',
    requirement:
      'Of all addresses that a mark is for, whatever they hash to, each is sent to the server that destination hashing computes; where a server is added, the buckets are dealt out anew.',
    sources: [article('scheduler'), kernel('schedulers: dh, §2.12')],
    // Clients send what is for addresses that no host has to the director only where it is the servers’ gateway.
    modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
    play: async (stage) => {
      await stage.director.mark(NETWORK, MARK);
      const servers = [{ weight: 3 }, {}];
      const service = await Service.add(stage, { scheduler: 'dh', mark: MARK, servers });
      await service.meetServers();
      const journal = new Journal(service);
      const model = modelOf('dh');
      for (const names of [
        ['rs2', 'rs1'],
        ['rs3', 'rs2', 'rs1'],
      ]) {
        if (names.length > servers.length) await service.addServer(2);
        const list = names.map((name) => ({
          ...{ name, address: '', port: 0 },
          ...{ weight: 1, active: 0, inactive: 0 },
        }));
        for (const [i, destination] of addresses().entries()) {
          const client = journal.newClient();
          const server = model(list, { client: '', clientPort: 0, destination }, []);
          const packet = service.segment(client, 'S', { address: destination });
          journal.expect(packet, server, `dh computes ${server} for ${destination}.`);
          if (i % BURST === BURST - 1) await stage.settle();
        }
      }
      return journal.entries;
    },
    check: (seen, entries) =>
      outcome(entries.length, counted(entries.length, 'address', 'addresses'), judgeArrivals(seen, entries)),
  }),
];
