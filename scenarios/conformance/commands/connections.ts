/** Connections as `ipvsadm -Lnc` lists them. */

import type { DirectorSnapshot } from '../../../director/index.ts';
import { ALL_MODES, MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';

const TITLE = [
  'IPVS connection entries',
  'pro expire state       source             virtual            destination',
];

interface Row {
  readonly protocol: string;
  readonly left: string;
  readonly state: string;
  readonly client: string;
  readonly virtual: string;
  readonly server: string;
}

function rowText({ protocol, left, state, client, virtual, server }: Row): string {
  return `${protocol.padEnd(3)} ${left.padEnd(6)} ${state.padEnd(11)} ${client.padEnd(18)} ${virtual.padEnd(18)} ${server}`;
}

/** The same of what a snapshot says. */
function stateText({ expiresInMs, ...state }: DirectorSnapshot['connections'][number]): string {
  const seconds = Math.floor(expiresInMs / 1000);
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60].map((n) => String(n).padStart(2, '0'));
  return rowText({ ...state, left: `${minutes}:${rest}` });
}

export const connections: readonly PacketCase[] = [
  packetCase({
    name: 'commands/list-connections',
    title: 'A connection is listed with its state and the time that it has left',
    requirement:
      'ipvsadm -Lnc has a line for each connection: protocol, minutes and seconds left, rounded down, state, and the addresses and ports of client, virtual service and server; a persistence template has client port 0, the network’s address and the state ASSURED once a connection made from it was established, and one by firewall mark the protocol IP and the mark as its address.',
    sources: [kernel('ipvsadm: listing formats, §7.3'), kernel('connections: timers, §3.4')],
    modes: ALL_MODES,
    virtualTime: true,
    play: async (stage) => {
      const { director, vip, servers } = stage;
      const rip = servers[0].address;
      const web = await Service.add(stage, {
        port: 443,
        options: ['-p', '2678400', '-M', '255.255.255.0'],
        servers: [{}],
      });
      const name = await Service.add(stage, { protocol: 'udp', port: 65_535, servers: [{}] });
      await Service.add(stage, { mark: 2_147_483_649, options: ['-p', '90'], servers: [{}] });
      await director.mark(vip, 2_147_483_649, 8443);
      web.open(web.client(0));
      web.open(web.client(1, 2));
      web.open(web.client(2));
      await stage.settle();
      web.segment(web.client(2), 'FA');
      web.segment(web.client(1, 2), 'R');
      name.datagram(name.client(45_535));
      web.open(web.client(3), { port: 8443 });
      await stage.settle();
      const row = (
        protocol: string,
        left: string,
        state: string,
        port: number,
        client: number,
        n = 1,
      ): Row => ({
        protocol,
        left,
        state,
        client: `${stage.clientAddress(n)}:${20_000 + client}`,
        virtual: `${vip}:${port}`,
        server: `${rip}:${port}`,
      });
      const network = stage.clientAddress().replace(/\d+$/, '0');
      const template = { ...row('TCP', '44639:59', 'ASSURED', 443, 0), client: `${network}:0` };
      const byMark: Row = {
        protocol: 'IP',
        left: '01:29',
        state: 'ASSURED',
        client: `${stage.clientAddress()}:0`,
        virtual: '128.0.0.1:0',
        server: `${rip}:0`,
      };
      // Where replies are seen too, the director waits for the server's FIN.
      const closing = MODES[stage.mode].repliesPassDirector
        ? row('TCP', '00:59', 'CLOSE_WAIT', 443, 2)
        : row('TCP', '01:59', 'FIN_WAIT', 443, 2);
      const closed = row('TCP', '00:09', 'CLOSE', 443, 1, 2);
      const lasting = [
        row('TCP', '14:59', 'ESTABLISHED', 443, 0),
        row('UDP', '04:59', 'UDP', 65_535, 45_535),
        row('TCP', '14:59', 'ESTABLISHED', 8443, 3),
        template,
        byMark,
      ];
      const first = await director.ipvsadm('-Lnc');
      await stage.wait(62_000);
      const second = await director.ipvsadm('-L', '-n', '-c');
      const { connections: told } = await director.snapshot();
      const later = (line: Row, left: string): Row => ({ ...line, left });
      return {
        first,
        told: [...TITLE, ...told.map(stateText)].join('\n'),
        second,
        expectedFirst: [...lasting, closing, closed],
        expectedSecond: [
          ...lasting.map((line, i) => later(line, ['13:57', '03:57', '13:57', '44638:57', '00:27'][i]!)),
          ...(closing.state === 'FIN_WAIT' ? [later(closing, '00:57')] : []),
        ],
      };
    },
    check: (_seen, { first, told, second, expectedFirst, expectedSecond }) =>
      outcome(
        expectedFirst.length + expectedSecond.length,
        `${counted(expectedFirst.length + expectedSecond.length, 'line')} of two lists`,
        judgeList('ipvsadm -Lnc, at once,', expectedFirst, first),
        judgeList('ipvsadm -Lnc, 62 seconds later,', expectedSecond, second),
        judgeList('What the director says of its state', expectedSecond, told),
      ),
  }),
];

/** Connections are listed in no order that means anything. */
function judgeList(what: string, expected: readonly Row[], list: string) {
  const lines = list.replace(/\n$/, '').split('\n');
  const wanted = expected.map(rowText).sort();
  const seen = lines.slice(2).sort();
  return expectValues(`${what} does not list the connections as they are.`, {
    title: [TITLE.join('\n'), lines.slice(0, 2).join('\n')],
    ...Object.fromEntries(
      Array.from({ length: Math.max(wanted.length, seen.length) }, (_, i) => [
        `connection ${i + 1}`,
        [wanted[i] ?? 'no line', seen[i] ?? 'no line'] as const,
      ]),
    ),
  });
}
