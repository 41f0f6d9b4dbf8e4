/** Options in any order. */

import { modesWhere } from '../../../lab/modes.ts';
import { dialogueCase } from '../../kit/dialogue-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { refusalOf } from '../../kit/stage.ts';
import { columns, ofOneService, serverLine, TITLES } from './titles.ts';

/** From each of them on, round to where it begins, in this order and backwards: each comes before each other once. */
export function ordersOf<Item>(items: readonly Item[]): Item[][] {
  return [items, items.toReversed()].flatMap((order) =>
    order.map((_, i) => [...order.slice(i), ...order.slice(0, i)]),
  );
}

export const optionOrder: readonly PacketCase[] = [
  dialogueCase(
    {
      name: 'commands/option-order',
      title: 'The order of options makes no difference',
      requirement:
        'Whatever the order in which the options of a service, of a server or of a list are given, each has its own value, and none takes another one’s away.',
      sources: [kernel('ipvsadm: grammar, §7.1'), kernel('ipvsadm: listing formats, §7.3')],
      // Read alike in every mode.
      modes: modesWhere(({ rewritesAddresses }) => rewritesAddresses),
    },
    async (dialogue, stage) => {
      const { vip } = stage;
      const service = `-u ${vip}:53`;
      // Not every kernel has the engine.
      const engine = (await refusalOf(stage, '-A -f 1 -p 9 --pe sip')) === undefined ? ['--pe sip'] : [];
      await dialogue.does('-C');
      const ofService = [service, '-s sh', '-p 60', '-M 255.255.255.0', '-o', ...engine, '-b sh-port'];
      const ofServer = [
        ...[service, '-r 10.250.0.9:53', '-i', '-w 7', '-x 9', '-y 3'],
        ...['--tun-type gue', '--tun-port 6080', '--tun-csum'],
      ];
      const saved = [`-A ${service} -s sh -p 60 -M 255.255.255.0`, ...engine, '-o -b sh-port'].join(' ');
      const server = `-a ${service} -r 10.250.0.9:53 -i -w 7 --tun-type gue --tun-port 6080 --tun-csum`;
      for (const order of ordersOf(ofService)) {
        await dialogue.does(`-A ${order.join(' ')}`);
        await dialogue.prints('-Sn', [saved]);
        await dialogue.does(`-E ${service}`, `-E ${order.join(' ')}`);
        await dialogue.prints('-Sn', [saved]);
        await dialogue.does('-C');
      }
      await dialogue.does(`-A ${ofService.join(' ')}`);
      for (const order of ordersOf(ofServer)) {
        await dialogue.does(`-a ${order.join(' ')}`);
        await dialogue.prints('-Sn', [saved, server]);
        await dialogue.printsServers(`-Ln --thresholds ${service}`, [
          serverLine('10.250.0.9:53', columns([9, 10], [3, 10], [0, 10], [0, 10])),
        ]);
        await dialogue.does(`-d ${service} -r 10.250.0.9:53`);
      }
      const list = [...ofOneService(TITLES.rate), `${`UDP  ${vip}:53`.padEnd(33)}${'        0'.repeat(5)}`];
      for (const order of ordersOf([service, '-n', '--rate', '--tun-info', '--nosort', '--exact'])) {
        await dialogue.prints(`-L ${order.join(' ')}`, list);
      }
    },
  ),
];
