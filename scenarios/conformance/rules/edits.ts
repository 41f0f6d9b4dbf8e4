/** What an edit replaces. */

import { ALL_MODES } from '../../../lab/modes.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { article, kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';

const LANGUAGE = [article('rules'), kernel('ipvsadm: grammar, §7.1')];

export const edits: readonly PacketCase[] = [
  packetCase({
    name: 'rules/edit-replaces',
    title: 'An edit sets everything, including what it does not name',
    requirement:
      'Editing a server or service gives every option that is left out its default: a server edited without -w has weight 1 and without -m or -i is reached by direct routing, a service edited without -s is scheduled by wlc and without -p no longer persistent.',
    sources: LANGUAGE,
    modes: ALL_MODES,
    play: async (stage) => {
      const setup = {
        scheduler: 'rr',
        options: ['-p', '90', '-M', '255.255.255.0'],
        servers: [{ weight: 7, options: ['-x', '5', '-y', '2'] }],
      };
      const service = await Service.add(stage, setup);
      await service.edit('-p', '60');
      const persistent = await stage.director.ipvsadm('-Ln', ...service.key);
      await service.edit();
      await stage.director.rules(['-e', ...service.key, '-r', service.serverAddress(0)].join(' '));
      const list = await stage.director.ipvsadm('-Ln', ...service.key);
      const thresholds = await stage.director.ipvsadm('-Ln', '--thresholds', ...service.key);
      const [server] = await service.listedServers();
      const rowOf = (text: string, beginning: string) =>
        text
          .split('\n')
          .find((line) => line.trim().startsWith(beginning))
          ?.trim()
          .split(/\s+/) ?? [];
      return {
        persistent: rowOf(persistent, 'TCP').slice(2).join(' '),
        service: rowOf(list, 'TCP').slice(2).join(' '),
        weight: server?.weight,
        forward: server?.forward,
        thresholds: rowOf(thresholds, `-> ${service.serverAddress(0)}`)
          .slice(2, 4)
          .join(' '),
      };
    },
    check: (_seen, { persistent, service, weight, forward, thresholds }) =>
      outcome(
        5,
        'a service and a server after an edit',
        expectValues('The edit left something as it was.', {
          'service after -E -p 60': ['wlc persistent 60', persistent],
          'service after -E': ['wlc', service],
          weight: [1, weight],
          'forwarding method': ['Route', forward],
          thresholds: ['0 0', thresholds],
        }),
      ),
  }),
];
