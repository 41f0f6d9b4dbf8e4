/** Services and servers by IPv6: how their addresses are read, listed and told apart. */

import { dialogueCase } from '../../kit/dialogue-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { kernel, rfc } from '../../kit/requirement.ts';
import { columns, counterColumns, ofOneService, serverLine, TITLES } from './titles.ts';

/** As an address may be given, and the one text that it is shown as. */
const ADDRESSES = [
  ['2001:DB8:0:0:0:0:0:2', '2001:db8::2'],
  ['2001:db8:0:1:0:0:0:3', '2001:db8:0:1::3'],
  ['2001:db8:1:0:0:1:0:4', '2001:db8:1::1:0:4'],
  ['fd00:0:0:1:1:1:1:1', 'fd00::1:1:1:1:1'],
  ['fd00:0:1:1:1:1:1:1', 'fd00:0:1:1:1:1:1:1'],
  ['1:0:2::', '1:0:2::'],
  ['00ff::0:0:5', 'ff::5'],
  ['::6', '::6'],
  ['::1.2.3.4', '::1.2.3.4'],
  ['::ffff:c000:280', '::ffff:192.0.2.128'],
  ['::', '::'],
] as const;

export const ipv6: readonly PacketCase[] = [
  dialogueCase(
    {
      name: 'commands/ipv6',
      title: 'An IPv6 address has many texts, and one by which it is listed',
      requirement:
        'Services and servers by IPv6 are given in brackets in any text that an address may have, are the same ones whatever the text, and are listed and saved in lower case with the longest run of zeros left out; a mask is a number of bits, a mark of IPv6 is another service than the same mark of IPv4, and a server of the other family is reached through a tunnel alone.',
      sources: [
        rfc('5952 §4'),
        kernel('ipvsadm: grammar, §7.1'),
        kernel('ipvsadm: lists and saved rules, §7.3'),
      ],
    },
    async (dialogue) => {
      const plain = ofOneService(TITLES.plain);
      for (const [given, shown] of ADDRESSES) {
        await dialogue.does(`-A -t [${given}]:80 -s rr`);
        await dialogue.isRefused(`-A -t [${shown}]:80 -s lc`, 'Service already exists');
        await dialogue.prints(`-Ln -t [${shown}]:80`, [...plain, `TCP  [${shown}]:80 rr`]);
      }
      const name = '-t [2001:db8::2]:80';
      const other = '-f 9 -6';
      await dialogue.does(
        `-E ${name} -s wlc -p 60 -M 64`,
        `-a ${name} -r [2001:db8::A:1]:8080 -m -w 3`,
        `-a ${name} -r [2001:db8:0:0:1::a]:80 -g`,
        `-a ${name} -r 10.250.0.9:80 -i`,
        '-A -f 9 -s rr',
        `-A ${other} -s lc`,
        `-a ${other} -r [2001:db8::b]:0 -g`,
      );
      await dialogue.isRefused(
        `-a ${name} -r 10.250.0.10:80 -g`,
        'Different address family is allowed only for tunneling servers',
      );
      for (const wrong of ['ff02::1', 'fe80::1', '::ffff:10.0.0.1', '::']) {
        await dialogue.isRefused(`-a ${name} -r [${wrong}]:80 -m`, 'address not unicast');
      }
      await dialogue.isRefused(`-d ${name} -r [2001:db8::a:2]:8080`, 'No such destination');
      await dialogue.isRefused(`-a ${name} -r [2001:db8::a:1]:8080 -m`, 'Destination already exists');
      const server = (text: string, forward: string, weight: number) =>
        serverLine(text, columns([forward, 7], [weight, 6], [0, 10], [0, 10]));
      await dialogue.prints(`-Ln --nosort ${name}`, [
        ...plain,
        'TCP  [2001:db8::2]:80 wlc persistent 60 mask 64',
        server('10.250.0.9:80', 'Tunnel', 1),
        server('[2001:db8::1:0:0:a]:80', 'Route', 1),
        server('[2001:db8::a:1]:8080', 'Masq', 3),
      ]);
      await dialogue.prints(`-Ln ${other}`, [
        ...plain,
        'FWM  9 IPv6 lc',
        server('[2001:db8::b]:0', 'Route', 1),
      ]);
      await dialogue.prints('-Ln -f 9', [...plain, 'FWM  9 rr']);
      await dialogue.prints(`-Ln --rate ${other}`, [
        ...ofOneService(TITLES.rate),
        `FWM  9 IPv6`.padEnd(33) + counterColumns(0, 0, 0, 0, 0),
        serverLine('[2001:db8::b]:0', counterColumns(0, 0, 0, 0, 0).slice(1)),
      ]);
      await dialogue.does(
        `-e ${name} -r [2001:db8:0::a:1]:8080 -m -w 9`,
        `-d ${name} -r [2001:db8::1:0:0:a]:80`,
        '-D -f 9',
      );
      await dialogue.prints(`-Ln --nosort ${name}`, [
        ...plain,
        'TCP  [2001:db8::2]:80 wlc persistent 60 mask 64',
        server('10.250.0.9:80', 'Tunnel', 1),
        server('[2001:db8::a:1]:8080', 'Masq', 9),
      ]);
      for (const [, shown] of ADDRESSES) await dialogue.does(`-D -t [${shown}]:80`);
      await dialogue.prints('-Sn', [`-A ${other} -s lc`, `-a ${other} -r [2001:db8::b]:0 -g -w 1`]);
    },
  ),
];
