/** Lists and saved rules. */

import { ALL_MODES, MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { Journal, judgeArrivals } from '../../kit/journal.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { article, kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';
import { refusalOf } from '../../kit/stage.ts';

const LANGUAGE = [article('rules'), kernel('ipvsadm: grammar, §7.1')];

export const lists: readonly PacketCase[] = [
  packetCase({
    name: 'rules/list',
    title: 'ipvsadm -Ln shows what is set',
    requirement:
      'The list shows each service with scheduler, flags, persistence and netmask, and each server with forwarding method, weight and connections, sorted by address and port.',
    sources: [kernel('ipvsadm: listing formats, §7.3')],
    modes: ALL_MODES,
    play: async (stage) => {
      const { director, vip, servers, method, mode } = stage;
      const [rs1, rs2, rs3] = servers.map(({ address }) => address) as [string, string, string];
      await director.rules(
        `-A -t ${vip}:443 -s sh -p 500 -M 255.255.255.0 -b sh-port,sh-fallback`,
        `-a -t ${vip}:443 -r ${rs3}:443 ${method} -w 5`,
        `-a -t ${vip}:443 -r ${rs1}:443 ${method}`,
        `-A -u ${vip}:53 -s rr -o`,
        `-A -t ${vip}:80`,
        `-a -t ${vip}:80 -r ${rs2}:80 ${method} -w 0 -x 9 -y 3`,
      );
      const row = (address: string, weight: number) =>
        `  -> ${address.padEnd(28)} ${MODES[mode].ipvsadmName.padEnd(7)} ${String(weight).padEnd(6)} ${'0'.padEnd(10)} ${'0'.padEnd(10)}`;
      const expected = [
        'IP Virtual Server version 1.2.1 (size=4096)',
        'Prot LocalAddress:Port Scheduler Flags',
        '  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn',
        `TCP  ${vip}:80 wlc`,
        row(`${rs2}:80`, 0),
        `TCP  ${vip}:443 sh (sh-fallback,sh-port) persistent 500 mask 255.255.255.0`,
        row(`${rs1}:443`, 1),
        row(`${rs3}:443`, 5),
        `UDP  ${vip}:53 rr ops`,
        '',
      ];
      return { listed: (await director.ipvsadm('-Ln')).split('\n'), expected };
    },
    check: (_seen, { listed, expected }) =>
      outcome(
        expected.length,
        `${counted(expected.length, 'line')} of a list`,
        Array.from({ length: Math.max(listed.length, expected.length) }, (_, i) => i).flatMap((i) =>
          expectValues('The list does not show what was set.', {
            [`line ${i + 1}`]: [expected[i] ?? 'no line', listed[i] ?? 'no line'],
          }),
        ),
      ),
  }),
  packetCase({
    name: 'rules/list-order',
    title: 'The list is sorted, the scheduler’s order is not',
    requirement:
      'Servers stand in the scheduler’s list with the newest first, which -L --nosort shows; -L sorts them by address and so hides whose turn is next.',
    sources: [kernel('schedulers: list order, §2.1'), kernel('ipvsadm: listing formats, §7.3')],
    modes: ALL_MODES,
    play: async (stage) => {
      const service = await Service.add(stage, { servers: [{}] });
      await service.addServer(2);
      await service.addServer(1);
      const journal = new Journal(service);
      await journal.open('rs2 rs3 rs1 rs2', 'the server added last is first.');
      const order = async (...options: string[]) => {
        const list = await stage.director.ipvsadm('-Ln', ...service.key, ...options);
        return stage.servers
          .map(({ name, address }) => ({ name, at: list.indexOf(`-> ${address}:`) }))
          .sort((a, b) => a.at - b.at)
          .map(({ name }) => name)
          .join(' ');
      };
      return { entries: journal.entries, sorted: await order(), unsorted: await order('--nosort') };
    },
    check: (seen, { entries, sorted, unsorted }) =>
      outcome(
        entries.length + 2,
        `${counted(entries.length, 'connection')} and two lists`,
        judgeArrivals(seen, entries),
        expectValues('The lists are not in the order in which they should be.', {
          '-L': ['rs1 rs2 rs3', sorted],
          '-L --nosort': ['rs2 rs3 rs1', unsorted],
        }),
      ),
  }),
  packetCase({
    name: 'rules/save-restore',
    title: 'What is saved can be restored',
    requirement:
      'ipvsadm -S writes the rules in its own language; given back to ipvsadm -R they make the same rules, only that thresholds are not saved.',
    sources: [...LANGUAGE, kernel('ipvsadm: save, §7.3')],
    modes: ALL_MODES,
    play: async (stage) => {
      const { director, vip, servers, method } = stage;
      await director.rules(
        `-A -t ${vip}:80 -s wrr`,
        ...servers.map(({ address }, i) => `-a -t ${vip}:80 -r ${address}:80 ${method} -w ${i + 1}`),
        `-A -u ${vip}:53 -s sh -p 60 -M 255.255.0.0 -b sh-fallback`,
        `-a -u ${vip}:53 -r ${servers[0].address}:53 ${method} -w 4`,
      );
      const saved = await director.ipvsadm('-Sn');
      await director.ipvsadm('-C');
      const cleared = await director.ipvsadm('-Sn');
      for (const line of saved.trim().split('\n')) await refusalOf(stage, line);
      return { saved, cleared, restored: await director.ipvsadm('-Sn') };
    },
    check: (_seen, { saved, cleared, restored }) =>
      outcome(
        saved.trim().split('\n').length,
        `${counted(saved.trim().split('\n').length, 'line')} saved and restored`,
        expectValues('The rules are not what was saved.', {
          'lines saved': [6, saved.trim().split('\n').length],
          'after -C': ['', cleared],
          restored: [saved, restored],
        }),
      ),
  }),
];
