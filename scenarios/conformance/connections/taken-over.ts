/** What one process leaves for the next. */

import { ALL_MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { clientsCome } from '../../kit/sending/clients-come.ts';
import { Service } from '../../kit/service.ts';
import type { Stage } from '../../kit/stage.ts';
import { ALL_SCHEDULERS } from '../../models/schedulers.ts';

const FIRST_PORT = 2200;
const MARK = 79;
const CLIENTS = 9;
const SETTINGS = {
  ...{ conn_reuse_mode: 3, drop_packet: 0, expire_quiescent_template: 1, lblc_expiration: 4000 },
  ...{ lblcr_expiration: 5000, nat_icmp_send: 1, pmtu_disc: 0, sloppy_tcp: 1, schedule_icmp: 1 },
} as const;
/** After it counters are shown, and no rate is 0 yet. */
const ESTIMATED_MS = 2_200;

/** All that lists show of rules, connections and counters. */
async function everythingListed(stage: Stage): Promise<string> {
  const { director } = stage;
  const lists = ['-Sn', '-Ln --thresholds', '-Ln --stats --exact', '-Ln --rate', '-Lnc', '-L --timeout'];
  const texts: string[] = [];
  for (const list of lists) texts.push(await director.ipvsadm(...list.split(' ')));
  const connections = texts.map((text) => text.split('\n').toSorted().join('\n'));
  return connections.join('\n');
}

export const takenOver: readonly PacketCase[] = [
  packetCase({
    name: 'lifetime/taken-over',
    title: 'A process that takes over goes on with everything',
    requirement:
      'A process that goes on in the place of another has the same services, servers, marks, settings, timeouts, connections, counters and rates, knows of deleted servers and of what schedulers remember, and would leave the same to the next one.',
    sources: [
      kernel('connections: entry, §3.1'),
      kernel('connections: deleted destinations, §3.6'),
      kernel('statistics: estimator, §8'),
    ],
    modes: ALL_MODES,
    virtualTime: true,
    play: async (stage) => {
      const { director, vip } = stage;
      for (const [name, value] of Object.entries(SETTINGS)) await director.set(name, value);
      const services: Service[] = [];
      for (const [i, scheduler] of ALL_SCHEDULERS.entries()) {
        const options = [[], ['-p', '60'], ['-p', '360', '-M', '255.255.0.0']][i % 3];
        services.push(
          await Service.add(stage, {
            ...{
              protocol: i % 2 === 0 ? ('tcp' as const) : ('udp' as const),
              port: FIRST_PORT + i,
              scheduler,
            },
            options: options as readonly string[],
            servers: [{ weight: 3, options: ['-x', '9', '-y', '2'] }, { weight: 2 }, {}],
          }),
        );
      }
      services.push(await Service.add(stage, { port: 2199, mark: MARK, scheduler: 'rr' }));
      await director.mark(vip, MARK, 2199);
      await director.rules(
        `-A -u ${vip}:2198 -s rr --pe sip -p 30`,
        '-A -t [2001:db8::1]:80 -s wlc',
        '-a -t [2001:db8::1]:80 -r [2001:db8::2]:80 -i -w 7',
        '--set 1000 20 30',
      );
      await services[0]?.meetServers();
      await clientsCome(stage, services, 0, CLIENTS);
      for (const service of services) await service.removeServer(1);
      await clientsCome(stage, services, 4, CLIENTS);
      for (const service of services.slice(0, 5)) await service.editServer(0, { weight: 0 });
      await stage.wait(ESTIMATED_MS);
      const before = await everythingListed(stage);
      const handed = director.handOver?.();
      const after = await everythingListed(stage);
      return { before, after, handed };
    },
    check: (_seen, { before, after, handed }) =>
      outcome(
        before.split('\n').length,
        `${counted(before.split('\n').length, 'line')} of lists`,
        expectValues('Not everything is as it was.', {
          'what is listed': [before, after],
          'what would be left to the next one': [handed?.left ?? '', handed?.taken ?? ''],
        }),
      ),
  }),
];
