/** Services without a scheduler. */

import { ALL_MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { Journal, judgeArrivals } from '../../kit/journal.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';
import type { Stage } from '../../kit/stage.ts';

/** The schedulers that the services of a case are listed with. */
async function listed(stage: Stage, services: readonly Service[]): Promise<string> {
  const lists = await Promise.all(services.map(({ key }) => stage.director.ipvsadm('-Ln', ...key)));
  return lists.map((list) => /^(?:TCP|UDP) +\S+ (\S+)/m.exec(list)?.[1]).join(' ');
}

export const withoutScheduler: readonly PacketCase[] = [
  packetCase({
    name: 'rules/without-scheduler',
    title: 'Without a scheduler nobody new is served',
    requirement:
      'A service may be added with “none” for a scheduler, or lose the one that it has: it is listed so, its connections go on, and no new one finds a server until it has a scheduler again.',
    sources: [kernel('schedulers: what all have in common, §2.1'), kernel('ipvsadm: grammar, §7.1')],
    modes: ALL_MODES,
    play: async (stage) => {
      const service = await Service.add(stage);
      const never = await Service.add(stage, { protocol: 'udp', scheduler: 'none' });
      const journal = new Journal(service);
      const [known] = await journal.open('rs3', 'round robin.');
      await service.edit('-s', 'none');
      const without = await listed(stage, [service, never]);
      journal.expect(service.segment(known!, 'PA'), 'rs3', 'the connection goes on.');
      journal.expect(service.segment(journal.newClient(), 'S'), undefined, 'there is no scheduler.');
      journal.expect(never.datagram(journal.newClient()), undefined, 'there has never been one.');
      await stage.settle();
      await service.edit('-s', 'rr');
      await never.edit('-s', 'rr');
      journal.expect(service.segment(journal.newClient(), 'S'), 'rs3', 'round robin begins.');
      journal.expect(never.datagram(journal.newClient()), 'rs3', 'round robin begins.');
      await stage.settle();
      return { entries: journal.entries, lists: [without, await listed(stage, [service, never])] };
    },
    check: (seen, { entries, lists }) =>
      outcome(
        entries.length,
        `${counted(entries.length, 'packet')} to services with and without a scheduler`,
        judgeArrivals(seen, entries),
        expectValues('The services are not listed as they are.', {
          'their schedulers at first': ['none none', lists[0]],
          'their schedulers afterwards': ['rr rr', lists[1]],
        }),
      ),
  }),
];
