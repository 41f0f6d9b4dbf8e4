/** What is over leaves nothing behind. */

import { ALL_MODES } from '../../../lab/modes.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { clientsCome } from '../../kit/sending/clients-come.ts';
import { type Protocol, Service } from '../../kit/service.ts';
import { ALL_SCHEDULERS } from '../../models/schedulers.ts';

const FIRST_PORT = 2000;
const MARK = 77;
const CLIENTS = 8;
/** Longer than connections live that are not heard of, and than deleted servers are kept after that. */
const ALL_OVER_MS = 25 * 60_000;

export const nothingLeft: readonly PacketCase[] = [
  packetCase({
    name: 'lifetime/nothing-left',
    title: 'When all is over, nothing is left of it',
    requirement:
      'Whatever services there were, under whatever scheduler, whatever was added, edited, deleted and added again while clients came and went: once all rules are deleted and all connections are over, the director keeps nothing of them, neither entries nor deleted servers nor claims on packets.',
    sources: [
      kernel('connections: expiry, §3.4'),
      kernel('connections: deleted destinations, §3.6'),
      kernel('schedulers: lblc, §2.15'),
    ],
    modes: ALL_MODES,
    virtualTime: true,
    play: async (stage) => {
      const { director, vip } = stage;
      const before = director.kept?.() ?? {};
      const protocols: readonly Protocol[] = ['tcp', 'udp'];
      const services: Service[] = [];
      for (const [i, scheduler] of ALL_SCHEDULERS.entries()) {
        const setup = { protocol: protocols[i % 2]!, port: FIRST_PORT + i, scheduler };
        services.push(await Service.add(stage, { ...setup, options: i % 3 === 0 ? ['-p', '60'] : [] }));
      }
      const options = ['-p', '90', '-M', '255.255.255.0'];
      const marked = await Service.add(stage, { port: 1999, mark: MARK, scheduler: 'lblc', options });
      const oneByOne = await Service.add(stage, { protocol: 'udp', port: 1998, options: ['-o'] });
      await director.mark(vip, MARK, 1999);
      const all = [...services, marked, oneByOne];
      await clientsCome(stage, all, 0, CLIENTS);
      for (const service of services) await service.removeServer(1);
      await clientsCome(stage, all, CLIENTS, CLIENTS);
      const most = Object.values(director.kept?.() ?? {});
      for (const [i, service] of services.entries()) {
        await service.addServer(1, { weight: 2 });
        await service.edit('-s', ALL_SCHEDULERS[(i + 1) % ALL_SCHEDULERS.length]!);
        if (i % 4 === 0) await director.rules(['-D', ...service.key].join(' '));
      }
      await clientsCome(stage, all, 2 * CLIENTS, CLIENTS);
      await director.rules('-C');
      await director.mark(vip, 0, 1999);
      await stage.wait(ALL_OVER_MS);
      const { neighbours: _before, ...kept } = before;
      const expected = { ...kept, connections: 0, services: 0 };
      const { neighbours: _after, ...seen } = director.kept?.() ?? {};
      return { expected, seen, most: most.filter((one) => one !== 0).length };
    },
    check: (_seen, { expected, seen, most }) =>
      outcome(
        most,
        `what was kept of ${ALL_SCHEDULERS.length + 2} services and their connections`,
        expectValues(
          'Something is left of what is over.',
          Object.fromEntries(
            Object.entries(expected).map(([name, value]) => [name, [String(value), String(seen[name])]]),
          ),
        ),
      ),
  }),
];
