/** The same command in many spellings, and lists in many. */

import { dialogueCase } from '../../kit/dialogue-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { ofOneService, TITLES } from './titles.ts';

const SOURCES = [kernel('ipvsadm: grammar, §7.1')];

/** `VIP` and `RIP` stand for addresses; SVC is `-t VIP:80`. What is saved of each follows. */
const SERVICES: Readonly<Record<string, readonly string[]>> = {
  '-A -t VIP:80 -s wlc': [
    '-A -t VIP:80',
    '-At VIP:80',
    '-AtVIP:80',
    '--add-service --tcp-service VIP:80',
    '--add-service --tcp-service=VIP:80 --scheduler=wlc',
    '-A -t VIP:0080',
    '-A -t VIP:+80',
    'ipvsadm -A -t VIP:80',
    '  \t-A\t -t   VIP:80\t',
    '-A -t HEX:80',
    '-A -t 0XHEX:80',
    '-A -t OCTAL:80',
    '-A -t THREE:80',
    '-A -t TWO:80',
    '-A -t ONE:80',
  ],
  '-A -u VIP:53 -s rr -o': [
    '-A --udp-service VIP:53 -s rr -o',
    '-Aou VIP:53 -srr',
    '-A --ops -s rr -u VIP:53',
  ],
  '-A -t VIP:80 -s rr -p 360': ['-A SVC -s rr -p', '-A -p -s rr SVC', '-A SVC -s rr --persistent'],
  '-A -t VIP:80 -s rr -p 77 -M 255.255.255.0': [
    '-A SVC -s rr -p 77 -M 255.255.255.0',
    '-A SVC -s rr --persistent=77 --netmask 0xffffff00',
    '-A -M 255.255.255.0 -p77 -srr SVC',
    '-A SVC -s rr -p 0077 -M 255.255.0xff.00',
  ],
  '-A -t VIP:80 -s rr -p 5 -M 0.0.0.24': ['-A SVC -s rr -p 5 -M 24'],
  '-A -t VIP:80 -s sh -b sh-fallback,sh-port': [
    '-A SVC -s sh -b sh-port,sh-fallback',
    '-A SVC --sched-flags=sh-fallback,sh-port -s sh',
    '-A SVC -s sh -b flag-1,flag-2',
  ],
  '-A -t VIP:80 -s mh -b mh-fallback,mh-port': [
    '-A SVC -s mh -b flag-1,flag-2',
    '-A SVC -b mh-port,mh-fallback -s mh',
  ],
  '-A -f 16 -s wlc': ['-A -f 16', '-Af16', '-A --fwmark-service 0016', '-A --fwmark-service=16'],
  '-A -f 16 -6 -s wlc': ['-A -f 16 -6', '-A -f 16 --ipv6', '-A -6f 16'].slice(0, 2),
  '-A --sctp-service VIP:9 -s wlc': ['-A --sctp-service VIP:9', '-A --sctp-service=VIP:9'],
};

/** The same of a server of SVC. */
const SERVERS: Readonly<Record<string, readonly string[]>> = {
  '-a SVC -r RIP:80 -g -w 1': [
    '-a SVC -r RIP',
    '-a SVC -r RIP:80',
    '-a SVC -r RIP:9999',
    '-at VIP:80 -r RIP -w1 -g',
    '-a SVC --real-server=RIP --gatewaying',
    '--add-server SVC -r RIP:80 --weight 1',
    '-a -r RIP -g SVC',
  ],
  '-a SVC -r RIP:9999 -m -w 3': [
    '-a SVC -r RIP:9999 -m -w 3',
    '-a SVC -mr RIP:9999 --weight=3',
    '-a SVC -w +3 --masquerading -r RIP:9999',
    '-a SVC -r RIP:9999 -mw3',
  ],
  '-a SVC -r RIP:80 -m -w 1': ['-a SVC -r RIP -m'],
  '-a SVC -r RIP:0 -m -w 1': ['-a -r RIP SVC -m'],
  '-a SVC -r RIP:80 -i -w 1 --tun-type ipip': [
    '-a SVC -r RIP -i',
    '-a SVC -r RIP:1 --ipip',
    '-a SVC -r RIP -i --tun-type=ipip',
  ],
  '-a SVC -r RIP:80 -i -w 0 --tun-type gue --tun-port 99 --tun-remcsum': [
    '-a SVC -r RIP -i -w 0 --tun-type gue --tun-port 99 --tun-remcsum',
    '-a SVC -iw0 -r RIP --tun-remcsum --tun-port=99 --tun-type=gue',
  ],
};

/** Lists that are the same. */
const LISTS: readonly (readonly [title: readonly string[], spellings: readonly string[]])[] = [
  [TITLES.plain, ['-Ln', '-ln', '-L -n', '-l --numeric', '--list -n', '-Ln --sort', '-LnX', '-Ln --exact']],
  [
    ofOneService(TITLES.plain),
    ['-Ln SVC', '-L SVC -n', '-Lnt VIP:80', '--list --tcp-service=VIP:80 --numeric'],
  ],
  // Of several formats the one that stands first in this list is printed.
  [
    TITLES.stats,
    ['-Ln --stats', '-Ln --rate --stats', '-Ln --tun-info --stats', '-Ln --stats --exact --thresholds'],
  ],
  [TITLES.rate, ['-Ln --rate', '-Ln --thresholds --rate', '-Ln --persistent-conn --rate']],
  [
    TITLES.thresholds,
    ['-Ln --thresholds', '-Ln --persistent-conn --thresholds', '-Ln --tun-info --thresholds'],
  ],
  [TITLES.persistent, ['-Ln --persistent-conn', '-Ln --tun-info --persistent-conn']],
  [TITLES.tunnels, ['-Ln --tun-info']],
  [
    ['IPVS connection entries', 'pro expire state       source             virtual            destination'],
    ['-Lnc', '-lnc', '-L -c -n', '-L --connection --numeric', '-Lc'],
  ],
  [
    [
      'IPVS connection entries',
      'pro expire state       source             virtual            destination        pe name          pe_data',
    ],
    ['-Lnc --persistent-conn', '-L -c --persistent-conn'],
  ],
  [['Timeout (tcp tcpfin udp): 900 120 300'], ['-L --timeout', '-ln --timeout']],
  [[''], ['-L --daemon', '-l --daemon -n', '-Sn SVC'].slice(0, 2)],
];

/** Words that no option reader takes. */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  '--bogus: unknown option': ['-A --bogus SVC', '-A SVC --bogus'],
  '-q: unknown option': ['-A -q SVC'],
  '-t: missing argument': ['-A -t'],
  '-w: missing argument': ['-a SVC -r RIP -w'],
  '--scheduler: missing argument': ['-A SVC --scheduler'],
  '--ops=1: option does not take an argument': ['-A -u VIP:9 --ops=1'],
  'unexpected argument -s': ['-A SVC -- -s'],
  '-6 used before -f': ['-A -6 -f 3'],
  'illegal ipv6 netmask specified': [
    '-A -t [2001:db8::9]:80 -p 5 -M 0',
    '-A -t [2001:db8::9]:80 -p 5 -M 129',
  ],
  'illegal virtual server address[:port] specified': [
    '-A -t 12345',
    '-A -t [2001:db8::9]',
    '-A -t VIP.1:80',
    '-A -t 256.1:80',
  ],
};

export const spellings: readonly PacketCase[] = [
  dialogueCase(
    {
      name: 'commands/spellings',
      title: 'A command may be spelled in many ways, and means the same',
      requirement:
        'Options may be short or long, bundled, with their value attached or apart, and in any order behind the command; addresses are read as inet_aton reads them; what is left out has its default (wlc, direct routing, weight 1, the service’s port, 360 seconds of persistence); of several formats of a list the first of --stats, --rate, --thresholds, --persistent-conn, --tun-info is printed.',
      sources: SOURCES,
    },
    async (dialogue, { vip, servers: [{ address: rip }] }) => {
      const [a, b, c, d] = vip.split('.').map(Number) as [number, number, number, number];
      const number = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
      const words = (line: string) =>
        line
          .replaceAll('SVC', '-t VIP:80')
          .replaceAll('0XHEX', `0X${number.toString(16).toUpperCase()}`)
          .replaceAll('HEX', `0x${number.toString(16)}`)
          .replaceAll('OCTAL', [a, b, c, d].map((part) => `0${part.toString(8)}`).join('.'))
          .replaceAll('THREE', `${a}.${b}.${(c << 8) | d}`)
          .replaceAll('TWO', `${a}.${(b << 16) | (c << 8) | d}`)
          .replaceAll('ONE', String(number))
          .replaceAll('VIP', vip)
          .replaceAll('RIP', rip);
      for (const [saved, spelled] of Object.entries(SERVICES)) {
        for (const line of spelled) {
          await dialogue.does(words(line));
          await dialogue.prints('-Sn', [words(saved)]);
          await dialogue.does('-C');
        }
      }
      await dialogue.does(words('-A SVC'));
      for (const [saved, spelled] of Object.entries(SERVERS)) {
        for (const line of spelled) {
          await dialogue.does(words(line));
          await dialogue.prints('-Sn', [words('-A SVC -s wlc'), words(saved)]);
          const [, port] = /RIP:(\d+)/.exec(saved) as unknown as [string, string];
          await dialogue.does(words(`--delete-server SVC -r RIP:${port}`));
        }
      }
      for (const [text, lines] of Object.entries(REFUSED)) {
        for (const line of lines) await dialogue.isRefused(words(line), text);
      }
      await dialogue.prints('-Sn', [words('-A SVC -s wlc')]);
      const plain = words('TCP  VIP:80 wlc');
      const silent = words('TCP  VIP:80').padEnd(33) + '        0'.repeat(5);
      for (const [title, spelled] of LISTS) {
        const hasServices = title.at(-1)?.startsWith('  ->') === true;
        const isCounted = title === TITLES.stats || title === TITLES.rate;
        const rows = hasServices ? [isCounted ? silent : plain] : [];
        for (const line of spelled) await dialogue.prints(words(line), [...title, ...rows]);
      }
      for (const line of ['-nL', '--bogus', '-q', 'L -n', '--numeric']) {
        await dialogue.refusesToPrint(line, "Try `ipvsadm -h' or 'ipvsadm --help' for more information.");
      }
      await dialogue.prints('-v', ['ipvsadm v1.31 2019/12/24 (compiled with popt and IPVS v1.2.1)']);
    },
  ),
];
