/** Numbers that options take: every one of its range in every spelling, and no other. */

import { MODES, modesWhere } from '../../../lab/modes.ts';
import type { Dialogue } from '../../kit/dialogue.ts';
import { dialogueCase } from '../../kit/dialogue-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import type { Stage } from '../../kit/stage.ts';
import { columns, serverLine } from './titles.ts';

const MOST = 2 ** 31 - 1;
const MOST_SECONDS = 31 * 86_400;
const MOST_PORT = 65_535;

interface NumberOption {
  readonly what: string;
  readonly least: number;
  readonly most: number;
  /** The command with a number in it. */
  readonly command: (text: string) => string;
  /** What is said of one that is none, or out of range. */
  readonly refusal: (text: string) => string;
  /** Sees that a command that was carried out did what it says, and undoes it. */
  readonly isDone: (dialogue: Dialogue, value: number, text: string) => Promise<void>;
}

function optionsOf({ vip, servers: [{ address: rip }], method, mode }: Stage): NumberOption[] {
  const service = `-t ${vip}:80`;
  const edit = `-e ${service} -r ${rip}:80`;
  const tunnel = method === '-i' ? ' --tun-type ipip' : '';
  const withThresholds = (upper: number, lower: number) => (dialogue: Dialogue) =>
    dialogue.printsServers(`-Ln --thresholds ${service}`, [
      serverLine(`${rip}:80`, columns([upper, 10], [lower, 10], [0, 10], [0, 10])),
    ]);
  const saves =
    (...lines: readonly string[]) =>
    (dialogue: Dialogue) =>
      dialogue.prints('-Sn', lines);
  const own = [`-A ${service} -s rr`, `-a ${service} -r ${rip}:80 ${method} -w 1${tunnel}`] as const;
  const timeouts = (place: number): NumberOption => ({
    what: `--set, value ${place + 1}`,
    ...{ least: 0, most: MOST_SECONDS },
    command: (text) => `--set ${[0, 0, 0].map((kept, i) => (i === place ? text : kept)).join(' ')}`,
    refusal: timeRefusal,
    isDone: async (dialogue, value) => {
      const usual = [900, 120, 300];
      const shown = usual.map((kept, i) => (i === place && value !== 0 ? value : kept));
      await dialogue.prints('-L --timeout', [`Timeout (tcp tcpfin udp): ${shown.join(' ')}`]);
      await dialogue.does(`--set ${usual.join(' ')}`);
    },
  });
  return [
    {
      what: '-w',
      ...{ least: 0, most: MOST },
      command: (text) => `${edit} ${method} --weight=${text}`,
      refusal: () => 'illegal weight specified',
      isDone: (dialogue, value) =>
        dialogue.printsServers(`-Ln ${service}`, [
          serverLine(`${rip}:80`, columns([MODES[mode].ipvsadmName, 7], [value, 6], [0, 10], [0, 10])),
        ]),
    },
    {
      what: '-x',
      ...{ least: 0, most: MOST },
      command: (text) => `${edit} ${method} --u-threshold=${text}`,
      refusal: () => 'illegal u_threshold specified',
      isDone: (dialogue, value) => withThresholds(value, 0)(dialogue),
    },
    {
      what: '-y',
      ...{ least: 0, most: MOST },
      command: (text) => `${edit} ${method} -x ${MOST} --l-threshold=${text}`,
      refusal: () => 'illegal l_threshold specified',
      isDone: async (dialogue, value) => {
        await withThresholds(MOST, value)(dialogue);
        await dialogue.does(`${edit} ${method}`);
      },
    },
    {
      what: '-p',
      ...{ least: 1, most: MOST_SECONDS },
      command: (text) => `-E ${service} -s rr --persistent=${text}`,
      refusal: timeRefusal,
      isDone: async (dialogue, value) => {
        await saves(`${own[0]} -p ${value}`, own[1])(dialogue);
        await dialogue.does(`-E ${service} -s rr`);
      },
    },
    ...[0, 1, 2].map(timeouts),
    {
      what: '-f',
      ...{ least: 1, most: 2 ** 32 - 1 },
      command: (text) => `-A --fwmark-service=${text} -s rr`,
      refusal: (text) => `invalid fwmark value \`${text}' specified`,
      isDone: async (dialogue, value, text) => {
        const mark = `-A -f ${value | 0} -s rr`;
        await saves(...(value > MOST ? [mark, ...own] : [...own, mark]))(dialogue);
        await dialogue.does(`-D -f ${text}`);
      },
    },
    {
      what: 'the port of a service',
      ...{ least: 0, most: MOST_PORT },
      command: (text) => `-A -u ${vip}:${text} -s rr -p 9`,
      refusal: () => 'illegal virtual server address[:port] specified',
      isDone: async (dialogue, value, text) => {
        await saves(...own, `-A -u ${vip}:${value} -s rr -p 9`)(dialogue);
        await dialogue.does(`-D -u ${vip}:${text}`);
      },
    },
    {
      what: 'the port of a server',
      ...{ least: 0, most: MOST_PORT },
      command: (text) => `-a ${service} -r 10.250.0.9:${text} -m`,
      refusal: () => 'illegal real server address[:port] specified',
      isDone: async (dialogue, value, text) => {
        await saves(...own, `-a ${service} -r 10.250.0.9:${value} -m -w 1`)(dialogue);
        await dialogue.does(`-d ${service} -r 10.250.0.9:${text}`);
      },
    },
    {
      what: '--tun-port',
      ...{ least: 1, most: MOST_PORT },
      command: (text) => `${edit} -i --tun-type gue --tun-port=${text}`,
      refusal: () => 'illegal tunnel port specified',
      isDone: async (dialogue, value) => {
        const gue = `--tun-type gue --tun-port ${value} --tun-nocsum`;
        await saves(own[0], `-a ${service} -r ${rip}:80 -i -w 1 ${gue}`)(dialogue);
        await dialogue.does(`${edit} ${method}`);
      },
    },
  ];
}

function timeRefusal(text: string): string {
  return `invalid timeout value \`${text}' specified`;
}

/** Of a daemon: what is understood is asked for, and there is no such interface. */
const DAEMON = [
  ['syncid', 0, 255],
  ['mcast-port', 1, MOST_PORT],
  ['mcast-ttl', 1, 255],
  ['sync-maxlen', 1, 65_507],
] as const;

function spellings(value: number): string[] {
  return [String(value), `+${value}`, `00${value}`];
}

/** What is no number of a range: text, other bases, and what would be one of it if it were cut to 32 bits or 64. */
function others(least: number, most: number): string[] {
  const outside = [least - 1, most + 1, 2 ** 32 + most, -1, -most].filter(
    (value) => value < least || value > most,
  );
  const numbers = [...new Set(outside)].map(String);
  return [...numbers, '18446744073709551617', '0x10', '1.0', '1e1', '1x', '1,', 'x', '-', '+', '+-1', ''];
}

export const numbers: readonly PacketCase[] = [
  dialogueCase(
    {
      name: 'commands/numbers',
      title: 'A number is taken in decimal, within its range and not beyond',
      requirement:
        'Weights and thresholds go from 0 to 2147483647, marks from 1 to 4294967295, times from 1 second (with --set 0, which keeps the old one) to 31 days, ports from 0 and those of tunnels and daemons from 1 to 65535; a sign and zeros may come first and 010 is ten, but what has another base, a fraction or anything behind it, or would fit only if it were cut to 32 or 64 bits, is refused and changes nothing.',
      sources: [kernel('ipvsadm: grammar, §7.1'), kernel('ipvsadm: errors, §7.2')],
      // Read alike in every mode.
      modes: modesWhere(({ rewritesAddresses }) => rewritesAddresses),
    },
    async (dialogue, stage) => {
      const {
        vip,
        servers: [{ address: rip }],
        method,
      } = stage;
      await dialogue.does(`-A -t ${vip}:80 -s rr`, `-a -t ${vip}:80 -r ${rip}:80 ${method}`);
      for (const { least, most, command, refusal, isDone, what } of optionsOf(stage)) {
        for (const value of new Set([least, 10, most])) {
          for (const text of value === least || value === most ? [String(value)] : spellings(value)) {
            await dialogue.does(command(text));
            await isDone(dialogue, value, text);
          }
        }
        // The values of --set are words of their own.
        const isWord = what.startsWith('--set');
        for (const text of others(least, most)) {
          if (isWord && (text === '' || text.startsWith('-'))) continue;
          await dialogue.isRefused(command(text), refusal(text));
        }
        await isDoneWith(dialogue, stage);
      }
      for (const [option, least, most] of DAEMON) {
        const command = (text: string) =>
          `--start-daemon master --mcast-interface nosuch0 --${option}=${text}`;
        for (const text of [least, most].flatMap(spellings)) {
          await dialogue.isRefused(command(text), 'No such device');
        }
        for (const text of others(least, most)) {
          await dialogue.isRefused(command(text), `illegal ${option} specified`);
        }
      }
    },
  ),
];

/** The one server is back to where an edit without options leaves it, and nothing that was refused is there. */
async function isDoneWith(
  dialogue: Dialogue,
  { vip, servers: [{ address: rip }], method }: Stage,
): Promise<void> {
  const tunnel = method === '-i' ? ' --tun-type ipip' : '';
  await dialogue.does(`-e -t ${vip}:80 -r ${rip}:80 ${method}`);
  await dialogue.prints('-Sn', [
    `-A -t ${vip}:80 -s rr`,
    `-a -t ${vip}:80 -r ${rip}:80 ${method} -w 1${tunnel}`,
  ]);
}
