/** What the programs say that a user runs beside a director: `lvs-lab director` with a command, and `ipvsadm`. */
import { lookupService } from 'node:dns/promises';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { createConnection } from 'node:net';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { controlSocketPath, type RunningState } from '../../../director/index.ts';
import { ALL_MODES } from '../../../lab/modes.ts';
import { expectValues, outcome } from '../../../scenarios/kit/expecting/expect.ts';
import { type PacketCase, packetCase } from '../../../scenarios/kit/packet-case.ts';
import { Service } from '../../../scenarios/kit/service.ts';
import { counted } from '../../../statistics/number-text.ts';
import { inBatch } from './batch-of.ts';
import type { Life } from './life.ts';

const COMMON = {
  modes: ALL_MODES,
  sources: [{ kind: 'contract', where: 'how a director lives and ends' }],
} as const;

const LOOPBACK = '127.0.0.1';
/** By name: addresses and ports that every machine has names for. */
const NAMED_RULES = [
  '# A host and services by name.',
  '-A -t localhost:http -s rr',
  '-a -t localhost:http -r localhost:https -m -w 2',
  '-a -t localhost:http -r localhost:https -m',
  '',
  'ipvsadm -A -t localhost:http -s rr',
  '-A -u localhost:domain -s wlc -p 60 --pe sip',
  '-A -u localhost:nosuchservice',
  '-A -t localhost:https',
];

/** Rules that are made by name are shown by name, or by number where that is asked for. */
function named(life: Life): PacketCase {
  return packetCase({
    ...COMMON,
    name: 'running/names',
    title: 'ipvsadm reads and writes names of hosts and services',
    requirement:
      'Names are those of this machine’s name service and /etc/services; -n asks for numbers; of lines that are refused it is said which they are; exit codes say how a command ended.',
    play: async () => {
      const { hostname } = await lookupService(LOOPBACK, 80);
      const answers = await inBatch(
        life,
        [
          ['ipvsadm-restore'],
          ['ipvsadm', '-L'],
          ['ipvsadm'],
          ['ipvsadm-save'],
          ['ipvsadm-save', '-n'],
          ['ipvsadm-save', '-x'],
          ['ipvsadm', '-Ln', '-t', 'localhost:81'],
          ['ipvsadm', '-D', '-t', 'localhost:81'],
          ['ipvsadm', '-A'],
          ['ipvsadm', '-A', '-t', ':80'],
          ['ipvsadm', '--set', '901', '0', '0'],
          ['ipvsadm', '-L', '--timeout'],
          ['ipvsadm', '--set', '900', '0', '0'],
        ],
        NAMED_RULES.join('\n'),
      );
      return { hostname, answers };
    },
    check: (_seen, { hostname, answers }) => {
      const [restored, ...others] = answers;
      const list = [
        'IP Virtual Server version 1.2.1 (size=4096)',
        'Prot LocalAddress:Port Scheduler Flags',
        '  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn',
        `TCP  ${hostname}:http rr`,
        `  -> ${`${hostname}:https`.padEnd(28)} Masq    2      0          0         `,
        `UDP  ${hostname}:domain wlc persistent 60 pe sip`,
      ];
      const saved = (host: string, [http, https, domain]: readonly string[]) => [
        `-A -t ${host}:${http} -s rr`,
        `-a -t ${host}:${http} -r ${host}:${https} -m -w 2`,
        `-A -u ${host}:${domain} -s wlc -p 60 --pe sip`,
      ];
      const names = saved(hostname, ['http', 'https', 'domain']);
      const shown = {
        '-L': [printed(list), others[0]],
        'without a command': [printed(list), others[1]],
        'ipvsadm-save': [printed(names), others[2]],
        'ipvsadm-save -n': [printed(saved(LOOPBACK, ['80', '443', '53'])), others[3]],
        'ipvsadm-save with another option': [
          '1 ipvsadm-save: Script to save the IPVS table to stdout.\n   With the -n option, prints out the table in numeric format.\n',
          others[4],
        ],
        'a list of what is not there': ['1 No such service\n', others[5]],
        'a change of what is not there': ['255 No such service\n', others[6]],
        'a command that makes no sense': [
          "2 You need to supply the 'service-address' option for the 'add-service' command\n",
          others[7],
        ],
        'no name': ['2 illegal virtual server address[:port] specified\n', others[8]],
        '--set': ['0 ', others[9]],
        '-L --timeout': [printed(['Timeout (tcp tcpfin udp): 901 120 300']), others[10]],
      } as const;
      const refused = [
        'Destination already exists',
        '(line 4 of the rules)',
        'Service already exists',
        '(line 6 of the rules)',
        'illegal virtual server address[:port] specified',
        '(line 8 of the rules)',
        '',
      ];
      return outcome(
        answers.length,
        counted(answers.length, 'command'),
        expectValues('ipvsadm does not answer as it should.', {
          'ipvsadm-restore': [`2 ${refused.join('\n')}`, restored],
          ...shown,
        }),
      );
    },
  });
}

function printed(lines: readonly string[]): string {
  return `0 ${lines.join('\n')}\n`;
}

/** What a firewall would do to packets that pass it. */
const FIREWALL = `table inet lab-wall {
  chain incoming { type filter hook input priority 0; policy drop; accept; }
  chain through { type filter hook forward priority 0; comment "of no consequence"; }
  chain sent { type filter hook output priority 0; meta mark 1 accept; }
}`;

function commands(life: Life): PacketCase {
  return packetCase({
    ...COMMON,
    name: 'running/commands',
    title: 'Commands of the director say and do what they are for',
    requirement:
      'status shows what there is, with a warning of what cannot work; set changes a setting that get shows; a wrong one changes nothing, and says what was expected.',
    play: async (stage) => {
      const service = await Service.add(stage, {});
      service.open(service.client());
      await stage.settle();
      const [
        status = '',
        set,
        wrong,
        get,
        marked,
        unmarked,
        unknown,
        noSetting,
        nothingSet,
        badMark,
        badFlag,
        help,
        json = '',
      ] = await inBatch(life, [
        ['director', 'status'],
        ['director', 'set', 'sloppy_tcp=1', 'nat_icmp_send=1'],
        ['director', 'set', 'sloppy_tcp=0', 'sloppy_tcp=x'],
        ['director', 'get', 'sloppy_tcp', 'nat_icmp_send'],
        ['director', 'mark', '--dst', stage.vip, '--proto', 'udp', '--dport', '4321', '--set', '7'],
        ['director', 'mark', '--dst', stage.vip, '--proto', 'udp', '--dport', '4321', '--set', '0'],
        ['director', 'nothing'],
        ['director', 'get', 'sloppy'],
        ['director', 'set'],
        ['director', 'mark', '--dst', stage.vip],
        ['director', 'status', '--xml'],
        ['director', '--help'],
        ['director', 'status', '--json'],
      ]);
      const told = JSON.parse(json.slice(2)) as RunningState;
      return {
        status: status.replace(/pid \d+, for \d+ s/, 'pid N, for N s').split('\n'),
        shown: {
          'set NAME=VALUE': ['0 ', set],
          'get NAME': ['0 nat_icmp_send = 1\nsloppy_tcp = 1\n', get],
          'set with a wrong value': ['2', wrong?.slice(0, 1)],
          'no such command': ['2 lvs-lab director: there is no command "nothing"', unknown?.split(';')[0]],
          'get what there is not': ['2', noSetting?.slice(0, 1)],
          'set nothing': ['2', nothingSet?.slice(0, 1)],
          'mark without a mark': ['2', badMark?.slice(0, 1)],
          'a flag that there is not': ['2', badFlag?.slice(0, 1)],
          '--help': ['0 Usage: lvs-lab director', help?.slice(0, 25)],
          mark: ['0  0 ', `${marked} ${unmarked}`],
          'status --json: services, servers, connections': [
            '1 3 1',
            [told.services.length, told.services[0]?.servers.length, told.connections.length].join(' '),
          ],
        } as const,
      };
    },
    check: (_seen, { status, shown }) =>
      outcome(
        13,
        'thirteen commands',
        expectValues('A command does not answer as it should.', {
          ...shown,
          status: [
            '0 running   pid N, for N s, on PORTS | rules     1 virtual services, 3 real servers | now       1 connections',
            status
              .slice(0, 3)
              .join(' | ')
              .replace(/ on [a-z0-9 ]+ \|/, ' on PORTS |'),
          ],
          'status, so far': ['so far    1 connections, 2 packets in, 0 out', status[4]],
        }),
      ),
  });
}

/** Rules, and a machine, with which something cannot work. */
function warned(life: Life): PacketCase {
  const { host } = life;
  return packetCase({
    ...COMMON,
    name: 'running/warnings',
    title: 'What cannot work is said',
    requirement:
      'status warns of services that no packet comes for, of servers that no packet gets to, of what is listed but not done, and of a firewall that packets pass by: three are named, others counted.',
    play: async (stage) => {
      const { vip, director } = stage;
      await director.rules(
        ...[1, 2, 3, 4].map((n) => `-A -t 10.99.0.${n}:80`),
        `-A -t ${vip}:80`,
        `-a -t ${vip}:80 -r 10.98.0.1:80 -m`,
        `-a -t ${vip}:80 -r ${LOOPBACK}:80 -m`,
        `-a -t ${vip}:80 -r [2001:db8::2]:80 -i`,
        `-A -u ${vip}:82 -p 60 --pe sip`,
        '-A -t [2001:db8::1]:80',
        '-A -u [2001:db8::1]:81',
        '-A -f 9 -6',
        '-A -f 10',
        '-a -f 10 -r 10.98.0.2:0 -g',
      );
      await director.setIpForward(false);
      const { stdout: before } = await host.run('nft', ['list', 'tables']);
      await host.run('nft', ['-f', '-'], { input: FIREWALL });
      try {
        const [status = ''] = await inBatch(life, [['director', 'status']]);
        return { before, lines: status.split('\n').filter((line) => line.startsWith('warning')) };
      } finally {
        await host.run('nft', ['delete', 'table', 'inet', 'lab-wall']);
        await director.setIpForward(true);
      }
    },
    check: (_seen, { lines }) => {
      const vip = /UDP ([\d.]+):82/.exec(lines.join('\n'))?.[1];
      const expected = [
        'IPv6 services are listed but not balanced yet: TCP [2001:db8::1]:80, UDP [2001:db8::1]:81, FWM 9 IPv6',
        `packets for IPv6 servers are dropped: tunnels over IPv6 are not supported yet: [2001:db8::2]:80 of TCP ${vip}:80`,
        `persistence engines are listed but not used: clients are identified by address alone: UDP ${vip}:82 (sip)`,
        'the address of a service is on no interface of this machine, so no packet comes for it: TCP 10.99.0.1:80, TCP 10.99.0.2:80, TCP 10.99.0.3:80 and 1 more',
        `this machine has no route that the director can use to real servers: 10.98.0.1:80 of TCP ${vip}:80, 10.98.0.2:0 of FWM 10`,
        `a NAT server with a loopback address serves clients on this machine only, as with the kernel: 127.0.0.1:80 of TCP ${vip}:80`,
        `net.ipv4.ip_forward is 0, so replies of NAT servers are dropped: TCP ${vip}:80`,
        'requests to virtual services do not pass the INPUT chains: what these drop is balanced all the same (table inet lab-wall, chain incoming, policy drop)',
        'what the director sends does not pass the OUTPUT chains (table inet lab-wall, chain sent)',
      ];
      return outcome(
        expected.length,
        'warnings of rules and of the machine',
        expectValues('The director does not say what cannot work.', {
          warnings: [expected.map((text) => `warning   ${text}`).join('\n'), lines.join('\n')],
        }),
      );
    },
  });
}

/** An answer about so many is sent in parts. */
const MANY = 3_000;
const REQUESTS = [
  'no JSON',
  '{}',
  '{"version":1,"method":"dance"}',
  '{"version":0,"method":"get"}',
  '{"version":1,"method":"set","setting":"sloppy_tcp=x"}',
  '{"version":1,"method":"apply","rules":"\\n# Nothing\\n-A -t 10.99.0.1\\n"}',
  '{"version":1,"method":"apply","rules":"-C\\n-A -f 1 -s rr"}',
  '{"version":1,"method":"get"}',
];

/** Whoever asks nonsense is told so, and the director goes on. */
function asked({ host }: Life): PacketCase {
  return packetCase({
    ...COMMON,
    name: 'running/requests',
    title: 'Requests that make no sense are answered and change nothing',
    requirement:
      'Each line at the control socket gets an answer, in order, whatever it says and however long that is; the socket and the folder that it lies in are open to its owner alone.',
    play: async ({ director }) => {
      await director.rules(...Array.from({ length: MANY }, (_, i) => `-A -f ${i + 1}`));
      const { services } = await director.snapshot();
      const path = controlSocketPath(`/run/netns/${host.namespace}`);
      const connection = createConnection(path);
      await once(connection, 'connect');
      connection.end(`${REQUESTS.join('\n')}\n`);
      const answers = (await text(connection))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { ok: boolean; error?: string; result?: Record<string, number> });
      const modes = [path, dirname(path)].map((file) => (statSync(file).mode & 0o777).toString(8));
      const left = (await director.snapshot()).services;
      return { answers, modes, services: [services.length, left.length] };
    },
    check: (_seen, { answers, modes, services }) =>
      outcome(
        answers.length,
        counted(answers.length, 'answer'),
        expectValues('The director does not answer requests as it should.', {
          'which are carried out': [
            'false false false false false false true true',
            answers.map(({ ok }) => ok).join(' '),
          ],
          'what is said of those that are no requests': [
            'true true true',
            answers
              .slice(1, 4)
              .map(({ error }) => /^request not understood: Invalid \w/.test(error ?? ''))
              .join(' '),
          ],
          'of rules': [
            'rules, line 3: Zero port specified for non-persistent service\n  -A -t 10.99.0.1',
            answers[5]?.error,
          ],
          'the settings': [0, answers.at(-1)?.result?.sloppy_tcp],
          'services in one answer, and after -C': [`${MANY} 1`, services.join(' ')],
          'rights of socket and folder': ['600 700', modes.join(' ')],
        }),
      ),
  });
}

export function commandCases(life: Life): readonly PacketCase[] {
  return [commands(life), named(life), warned(life), asked(life)];
}
