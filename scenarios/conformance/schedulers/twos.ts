/** Power of two choices. */

import { ALL_MODES } from '../../../lab/modes.ts';
import { arrivalCase } from '../../kit/arrival-case.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { article, kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';
import { twosProbabilities } from '../../models/twos.ts';
import { observeDecisions } from './sequences/decisions.ts';
import { judgeDraws } from './sequences/judge-draws.ts';
import { runSequence } from './sequences/sequence.ts';

const SOURCES = [article('scheduler'), kernel('schedulers: twos, §2.10')];

/** One-packet scheduling leaves no entries, so no server ever has any load. */
function idleCase(
  named: Pick<PacketCase, 'name' | 'title' | 'requirement'>,
  servers: readonly { readonly weight: number }[],
): PacketCase {
  return packetCase({
    ...named,
    sources: SOURCES,
    modes: ALL_MODES,
    play: async (stage) => {
      const service = await Service.add(stage, {
        scheduler: 'twos',
        protocol: 'udp',
        options: ['-o'],
        servers,
      });
      await service.meetServers();
      const clients = Array.from({ length: 1200 }, (_, i) => service.client(i));
      for (const [i, client] of clients.entries()) {
        service.datagram(client);
        if (i % 200 === 199) await stage.settle();
      }
      await stage.settle();
      const steps = clients.map((client) => ({ action: 'open', client, destination: stage.vip }) as const);
      return { servers: service.servers, steps, listed: await service.listedServers() };
    },
    check: (seen, run) => {
      const { decisions } = observeDecisions(seen, run);
      const idle = decisions.map((one) => ({
        ...one,
        list: one.list.map((server) => ({ ...server, active: 0, inactive: 0 })),
      }));
      return judgeDraws({ decisions: idle, findings: [] }, 'twos', twosProbabilities);
    },
  });
}

export const twos: readonly PacketCase[] = [
  packetCase({
    name: 'scheduler/twos/sequence',
    title: 'twos: of two drawn at random, the less loaded one',
    requirement:
      'Power of two choices draws two servers by weight and takes the one with the smaller load for its weight: over many connections each is chosen as often as that makes likely, and the least loaded one far more often than its weight alone would say.',
    sources: SOURCES,
    modes: ALL_MODES,
    play: async (stage) => {
      const servers = [{ weight: 3 }, { weight: 1 }, { weight: 2 }];
      const service = await Service.add(stage, { scheduler: 'twos', servers });
      return runSequence(service, { connections: 1000, heldAtMost: 60 });
    },
    check: (seen, run) => judgeDraws(observeDecisions(seen, run), 'twos', twosProbabilities),
  }),
  idleCase(
    {
      name: 'scheduler/twos/equal-weights',
      title: 'twos: the server added last is drawn a little more often',
      requirement:
        'Power of two choices draws a number from 0 to the sum of the weights, both included, so that the first server of the list owns one number more than its weight.',
    },
    [{ weight: 1 }, { weight: 1 }, { weight: 1 }],
  ),
  idleCase(
    {
      name: 'scheduler/twos/unequal-weights',
      title: 'twos: servers without load are drawn by weight',
      requirement:
        'Where nobody has anything to do, power of two choices is a draw by weight: a server of weight 6 is taken about six times as often as one of weight 1.',
    },
    [{ weight: 1 }, { weight: 6 }, { weight: 3 }],
  ),
  arrivalCase(
    {
      name: 'scheduler/twos/eligible',
      title: 'twos: only eligible servers are drawn',
      requirement:
        'Power of two choices never takes a server that is full or has weight 0; where one alone is left it takes that, and where none is left nobody.',
      sources: SOURCES,
    },
    { scheduler: 'twos', servers: [{ options: ['-x', '5'] }, { weight: 0 }, { weight: 0 }] },
    async (journal, service) => {
      await journal.open('rs1 rs1 rs1 rs1 rs1 none none', 'rs1 alone may be chosen, five times.');
      await service.editServer(2, { weight: 3 });
      await journal.open('rs3 rs3 rs3 rs3 rs3 rs3', 'rs3 alone may be chosen: rs1 is full.');
    },
  ),
];
