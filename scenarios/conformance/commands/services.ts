/** Services: how each of their options is listed and saved. */

import { dialogueCase } from '../../kit/dialogue-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { counterColumns, TITLES } from './titles.ts';

interface Shown {
  /** Words of `ipvsadm -A`, and what is listed and saved of them where that differs. */
  readonly given: string;
  readonly listed: string;
  readonly saved: string;
}

/** A service as it is given, listed and saved. `VIP` stands for the virtual address. In the order of the list. */
const SERVICES: readonly Shown[] = [
  { given: '-f 4294967295 -s lc', listed: 'FWM  -1 lc', saved: '-f -1 -s lc' },
  { given: '-t 0.0.0.0:85 -s rr', listed: 'TCP  0.0.0.0:85 rr', saved: '-t 0.0.0.0:85 -s rr' },
  ...onVip('TCP', '-t', [
    ['0 -s rr -p', 'rr persistent 360', '-s rr -p 360'],
    ['1', 'wlc', '-s wlc'],
    ['80 -s rr', 'rr', '-s rr'],
    ['82 -s wrr', 'wrr', '-s wrr'],
    ['89 -s lc -p 10', 'lc persistent 10', '-s lc -p 10'],
    ['90 -s rr -p 2678400', 'rr persistent 2678400', '-s rr -p 2678400'],
    ['91 -s rr -p 65537', 'rr persistent 65537', '-s rr -p 65537'],
    [
      '92 -s rr -p 60 -M 255.255.255.0',
      'rr persistent 60 mask 255.255.255.0',
      '-s rr -p 60 -M 255.255.255.0',
    ],
    ['93 -s rr -M 255.255.255.0', 'rr', '-s rr'],
    ['94 -s rr -p 60 -M 255.0.255.0', 'rr persistent 60 mask 255.0.255.0', '-s rr -p 60 -M 255.0.255.0'],
    ['96 -s rr -p 60 -M 0.0.0.0', 'rr persistent 60 mask 0.0.0.0', '-s rr -p 60 -M 0.0.0.0'],
    ['97 -s sh -b sh-port', 'sh (sh-port)', '-s sh -b sh-port'],
    ['98 -s sh -b sh-port,sh-fallback', 'sh (sh-fallback,sh-port)', '-s sh -b sh-fallback,sh-port'],
    ['99 -s mh -b mh-port,mh-fallback', 'mh (mh-fallback,mh-port)', '-s mh -b mh-fallback,mh-port'],
    ['100 -s rr -b flag-3,flag-1,flag-2', 'rr (flag-1,flag-2,flag-3)', '-s rr -b flag-1,flag-2,flag-3'],
    ['101 -s mh -b mh-fallback -p 20', 'mh (mh-fallback) persistent 20', '-s mh -p 20 -b mh-fallback'],
    ['107 -s dh', 'dh', '-s dh'],
    ['108 -s lblc', 'lblc', '-s lblc'],
    ['109 -s lblcr', 'lblcr', '-s lblcr'],
    ['110 -s fo', 'fo', '-s fo'],
    ['111 -s ovf', 'ovf', '-s ovf'],
    ['65535 -s nq', 'nq', '-s nq'],
  ]),
  ...onVip('UDP', '-u', [
    ['80 -s sed', 'sed', '-s sed'],
    ['104 -s rr -o', 'rr ops', '-s rr -o'],
    [
      '106 -s rr --ops -p 30 -M 255.255.0.0',
      'rr persistent 30 mask 255.255.0.0 ops',
      '-s rr -p 30 -M 255.255.0.0 -o',
    ],
  ]),
  ...onVip('SCTP', '--sctp-service', [['83 -s nq', 'nq', '-s nq']]),
  { given: '-f 1 -s lc -o', listed: 'FWM  1 lc ops', saved: '-f 1 -s lc -o' },
  {
    given: '-f 2147483646 -s rr -p 5',
    listed: 'FWM  2147483646 rr persistent 5',
    saved: '-f 2147483646 -s rr -p 5',
  },
];

function onVip(
  protocol: string,
  option: string,
  rows: readonly (readonly [portAndOptions: string, listed: string, saved: string])[],
): Shown[] {
  return rows.map(([given, listed, saved]) => {
    const [port] = given.split(' ');
    return {
      given: `${option} VIP:${given}`,
      listed: `${protocol.padEnd(4)} VIP:${port} ${listed}`,
      saved: `${option} VIP:${port} ${saved}`,
    };
  });
}

export const services: readonly PacketCase[] = [
  dialogueCase(
    {
      name: 'commands/list-services',
      title: 'Every option of a service is listed and saved',
      requirement:
        'A service is listed with its protocol, address and port or its firewall mark as a signed number, its scheduler, flags in brackets, persistence with a netmask that is not /32, and ops; it is saved as the command that makes it, and services are sorted by mark, protocol, address and port.',
      sources: [kernel('ipvsadm: grammar, §7.1'), kernel('ipvsadm: listing formats, §7.3')],
    },
    async (dialogue, { vip }) => {
      const shown = SERVICES.map(({ given, listed, saved }) => ({
        given: given.replace('VIP', vip),
        listed: listed.replace('VIP', vip),
        saved: saved.replace('VIP', vip),
      }));
      // Not in the order of the list: every third one, and then those between.
      for (const rest of [1, 0, 2]) {
        await dialogue.does(...shown.filter((_, i) => i % 3 === rest).map(({ given }) => `-A ${given}`));
      }
      const listed = shown.map(({ listed: line }) => line);
      await dialogue.prints('-Ln', [...TITLES.plain, ...listed]);
      await dialogue.prints('-L -n --thresholds', [...TITLES.thresholds, ...listed]);
      await dialogue.prints('--list --numeric --persistent-conn', [...TITLES.persistent, ...listed]);
      await dialogue.prints('-ln --tun-info --sort', [...TITLES.tunnels, ...listed]);
      const names = listed.map((line) =>
        line
          .split(' ')
          .filter((word) => word !== '')
          .slice(0, 2),
      );
      const silent = names.map(
        ([protocol, name]) => `${protocol!.padEnd(4)} ${name}`.padEnd(33) + counterColumns(0, 0, 0, 0, 0),
      );
      await dialogue.prints('-Ln --stats', [...TITLES.stats, ...silent]);
      await dialogue.prints('-Ln --rate', [...TITLES.rate, ...silent]);
      const saved = shown.map(({ saved: line }) => `-A ${line}`);
      await dialogue.prints('-Sn', saved);
      await dialogue.prints('-S -n', saved);
      await dialogue.does('-C');
      await dialogue.prints('-Ln', TITLES.plain);
      await dialogue.prints('-Sn', ['']);
      // A mark that was saved as a negative number is refused, as -1 is none.
      await dialogue.refuses(saved[0]!, "invalid fwmark value `-1' specified");
      await dialogue.does(...saved.slice(1));
      await dialogue.prints('-Sn', saved.slice(1));
    },
  ),
];
