/** Real servers: how each of their options is listed and saved. */

import { MODES } from '../../../lab/modes.ts';
import { dialogueCase } from '../../kit/dialogue-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { columns, counterColumns, ofOneService, serverLine, TITLES } from './titles.ts';

const SOURCES = [kernel('ipvsadm: grammar, §7.1'), kernel('ipvsadm: listing formats, §7.3')];
const MOST = 2 ** 31 - 1;

/** In the order of the list: address as a number, then port. Added in another one. */
const SERVERS = [
  { address: '10.250.0.9', weight: 0, upper: 0, lower: 0 },
  { address: '10.250.0.10', weight: 1, upper: 1, lower: 0 },
  { address: '10.250.0.100', weight: 255, upper: 256, lower: 255 },
  { address: '10.250.0.255', weight: 65_535, upper: 65_536, lower: 65_535 },
  { address: '10.250.1.0', weight: 65_536, upper: 100_000, lower: 70_000 },
  { address: '10.250.1.9', weight: MOST, upper: MOST, lower: MOST },
] as const;

const TUNNELS = [
  { options: '', info: 'ipip', saved: ' --tun-type ipip' },
  { options: ' --tun-type ipip', info: 'ipip', saved: ' --tun-type ipip' },
  {
    options: ' --tun-type gue --tun-port 6080',
    info: 'gue:6080:-c',
    saved: ' --tun-type gue --tun-port 6080 --tun-nocsum',
  },
  {
    options: ' --tun-type gue --tun-port 65535 --tun-csum',
    info: 'gue:65535:+c',
    saved: ' --tun-type gue --tun-port 65535 --tun-csum',
  },
  {
    options: ' --tun-type gue --tun-port 1 --tun-nocsum',
    info: 'gue:1:-c',
    saved: ' --tun-type gue --tun-port 1 --tun-nocsum',
  },
  {
    options: ' --tun-type gue --tun-port 6080 --tun-remcsum',
    info: 'gue:6080:r+c',
    saved: ' --tun-type gue --tun-port 6080 --tun-remcsum',
  },
  { options: ' --tun-type gre', info: 'gre:-c', saved: ' --tun-type gre --tun-nocsum' },
  { options: ' --tun-type gre --tun-csum', info: 'gre:+c', saved: ' --tun-type gre --tun-csum' },
] as const;

export const servers: readonly PacketCase[] = [
  dialogueCase(
    {
      name: 'commands/list-servers',
      title: 'Every number of a server is listed, up to the largest',
      requirement:
        'Servers are listed by address as a number and then by port, with forwarding method, weight, thresholds and connections; weights and thresholds go up to 2147483647; -S leaves the thresholds out, and --nosort shows the newest server first.',
      sources: SOURCES,
    },
    async (dialogue, { vip, method, mode }) => {
      const name = `-t ${vip}:80`;
      const forward = MODES[mode].ipvsadmName;
      const tunnel = method === '-i' ? ' --tun-type ipip' : '';
      await dialogue.does(`-A ${name} -s rr`);
      const given = [3, 0, 5, 1, 4, 2].map((i) => SERVERS[i]!);
      await dialogue.does(
        ...given.map(
          ({ address, weight, upper, lower }) =>
            `-a ${name} -r ${address}:80 ${method} -w ${weight} -x ${upper} -y ${lower}`,
        ),
      );
      const plain = ({ address, weight }: (typeof SERVERS)[number]) =>
        serverLine(`${address}:80`, columns([forward, 7], [weight, 6], [0, 10], [0, 10]));
      const service = `TCP  ${vip}:80 rr`;
      await dialogue.prints('-Ln', [...TITLES.plain, service, ...SERVERS.map(plain)]);
      await dialogue.prints(`-Ln ${name}`, [...ofOneService(TITLES.plain), service, ...SERVERS.map(plain)]);
      await dialogue.prints(`-Ln --nosort ${name}`, [
        ...ofOneService(TITLES.plain),
        service,
        ...given.toReversed().map(plain),
      ]);
      await dialogue.prints('-Ln --thresholds', [
        ...TITLES.thresholds,
        service,
        ...SERVERS.map(({ address, upper, lower }) =>
          serverLine(`${address}:80`, columns([upper, 10], [lower, 10], [0, 10], [0, 10])),
        ),
      ]);
      await dialogue.prints('-Ln --persistent-conn', [
        ...TITLES.persistent,
        service,
        ...SERVERS.map(({ address, weight }) =>
          serverLine(`${address}:80`, columns([weight, 9], [0, 11], [0, 10], [0, 10])),
        ),
      ]);
      await dialogue.prints('-Ln --rate', [
        ...TITLES.rate,
        `TCP  ${vip}:80`.padEnd(33) + counterColumns(0, 0, 0, 0, 0),
        ...SERVERS.map(({ address }) => serverLine(`${address}:80`, counterColumns(0, 0, 0, 0, 0).slice(1))),
      ]);
      await dialogue.prints('-Sn', [
        `-A ${name} -s rr`,
        ...SERVERS.map(
          ({ address, weight }) => `-a ${name} -r ${address}:80 ${method} -w ${weight}${tunnel}`,
        ),
      ]);
      // Nothing that is left out of an edit stays.
      await dialogue.does(`-e ${name} -r 10.250.1.9:80 ${method} -w 7`, `-d ${name} -r 10.250.0.10:80`);
      await dialogue.prints(`-Ln --thresholds ${name}`, [
        ...ofOneService(TITLES.thresholds),
        service,
        ...SERVERS.filter(({ address }) => address !== '10.250.0.10').map(({ address, upper, lower }) => {
          const [up, low] = address === '10.250.1.9' ? [0, 0] : [upper, lower];
          return serverLine(`${address}:80`, columns([up, 10], [low, 10], [0, 10], [0, 10]));
        }),
      ]);
    },
  ),
  dialogueCase(
    {
      name: 'commands/list-tunnels',
      title: 'Every option of a tunnel is listed and saved',
      requirement:
        '--tun-info shows the type of each server’s tunnel, the port of a GUE tunnel, and how checksums are dealt with; it is saved as the options that make it, and an edit without them makes the tunnel IP in IP.',
      sources: SOURCES,
    },
    async (dialogue, { vip }) => {
      const name = `-t ${vip}:80`;
      const addressOf = (i: number) => `10.250.0.${11 + i}:80`;
      const row = (i: number, info: string) =>
        serverLine(addressOf(i), columns(['Tunnel', 7], [info, 13], [1, 6], [0, 10], [0, 10]));
      await dialogue.does(
        `-A ${name} -s rr`,
        ...TUNNELS.map(({ options }, i) => `-a ${name} -r ${addressOf(i)} -i${options}`),
        `-a ${name} -r ${addressOf(TUNNELS.length)} -g`,
      );
      const direct = serverLine(
        addressOf(TUNNELS.length),
        columns(['Route', 7], ['n/a', 13], [1, 6], [0, 10], [0, 10]),
      );
      const title = [...ofOneService(TITLES.tunnels), `TCP  ${vip}:80 rr`];
      await dialogue.prints(`-Ln --tun-info ${name}`, [
        ...title,
        ...TUNNELS.map(({ info }, i) => row(i, info)),
        direct,
      ]);
      await dialogue.prints('-Sn', [
        `-A ${name} -s rr`,
        ...TUNNELS.map(({ saved }, i) => `-a ${name} -r ${addressOf(i)} -i -w 1${saved}`),
        `-a ${name} -r ${addressOf(TUNNELS.length)} -g -w 1`,
      ]);
      await dialogue.does(
        `-e ${name} -r ${addressOf(0)} -i --tun-type gre --tun-csum`,
        ...TUNNELS.slice(1).map((_, i) => `-e ${name} -r ${addressOf(i + 1)} -i`),
      );
      await dialogue.prints(`-Ln --tun-info ${name}`, [
        ...title,
        ...TUNNELS.map((_, i) => row(i, i === 0 ? 'gre:+c' : 'ipip')),
        direct,
      ]);
    },
  ),
];
