/** Which options go with which command. */

import { modesWhere } from '../../../lab/modes.ts';
import { dialogueCase } from '../../kit/dialogue-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { RandomNumbers } from '../../kit/random-numbers.ts';
import { kernel } from '../../kit/requirement.ts';
import { pick } from './random-rules.ts';

const SEED = 19;
/** Sets of options that are drawn for each command. */
const SETS = 12;
const MOST_IN_A_SET = 4;

/** In the order in which they are checked, each with words that make sense. */
const OPTIONS = {
  numeric: '-n',
  connection: '-c',
  'service-address': '-t VIP:80',
  scheduler: '-s rr',
  persistent: '-p 60',
  netmask: '-M 255.255.255.0',
  'real-server': '-r RIP:80',
  'forwarding-method': '-i',
  weight: '-w 1',
  'u-threshold': '-x 1',
  'l-threshold': '-y 1',
  'mcast-interface': '--mcast-interface nosuch0',
  timeout: '--timeout',
  daemon: '--daemon',
  stats: '--stats',
  rate: '--rate',
  thresholds: '--thresholds',
  'persistent-conn': '--persistent-conn',
  nosort: '--nosort',
  syncid: '--syncid 1',
  exact: '--exact',
  ops: '-o',
  pe: '--pe sip',
  'sched-flags': '-b flag-1',
  'mcast-group': '--mcast-group 224.0.0.81',
  'mcast-port': '--mcast-port 8848',
  'mcast-ttl': '--mcast-ttl 1',
  'sync-maxlen': '--sync-maxlen 1000',
  'tun-info': '--tun-info',
  'tun-type': '--tun-type ipip',
  'tun-port': '--tun-port 6080',
  'tun-nocsum': '--tun-nocsum',
  'tun-csum': '--tun-csum',
  'tun-remcsum': '--tun-remcsum',
} as const;
type Option = keyof typeof OPTIONS;
const ALL = Object.keys(OPTIONS) as Option[];

interface Command {
  readonly words: string;
  readonly needed?: readonly Option[];
  readonly allowed?: readonly Option[];
  /** One of them at most. */
  readonly exclusive?: readonly Option[];
}

const OF_SERVICES: readonly Option[] = ['scheduler', 'persistent', 'netmask', 'ops', 'pe', 'sched-flags'];
const OF_TUNNELS: readonly Option[] = ['tun-type', 'tun-port', 'tun-nocsum', 'tun-csum', 'tun-remcsum'];
const OF_SERVERS: readonly Option[] = [
  ...(['forwarding-method', 'weight', 'u-threshold', 'l-threshold'] as const),
  ...OF_TUNNELS,
];

const COMMANDS: Readonly<Record<string, Command>> = {
  'add-service': { words: '-A', needed: ['service-address'], allowed: OF_SERVICES },
  'edit-service': { words: '-E', needed: ['service-address'], allowed: OF_SERVICES },
  'delete-service': { words: '-D', needed: ['service-address'] },
  flush: { words: '-C' },
  list: {
    words: '-L',
    allowed: [
      ...(['numeric', 'stats', 'rate', 'thresholds', 'persistent-conn', 'nosort'] as const),
      ...(['syncid', 'exact', 'tun-info'] as const),
    ],
    exclusive: ['connection', 'service-address', 'timeout', 'daemon'],
  },
  'add-server': { words: '-a', needed: ['service-address', 'real-server'], allowed: OF_SERVERS },
  'edit-server': { words: '-e', needed: ['service-address', 'real-server'], allowed: OF_SERVERS },
  'delete-server': { words: '-d', needed: ['service-address', 'real-server'] },
  set: { words: '--set 0 0 0' },
  'start-daemon': {
    words: '--start-daemon master',
    allowed: ['mcast-interface', 'syncid', 'mcast-group', 'mcast-port', 'mcast-ttl', 'sync-maxlen'],
  },
  'stop-daemon': { words: '--stop-daemon backup', allowed: ['syncid'] },
  restore: { words: '-R' },
  save: { words: '-S', allowed: ['numeric'] },
  zero: { words: '-Z', allowed: ['service-address'] },
};

/** What is said of these options first; undefined where they go with the command. */
function refusalOf(name: string, given: ReadonlySet<Option>): string | undefined {
  const { needed = [], allowed = [], exclusive = [] } = COMMANDS[name]!;
  let only: Option | undefined;
  for (const option of ALL) {
    const isGiven = given.has(option);
    if (!isGiven && needed.includes(option)) {
      return `You need to supply the '${option}' option for the '${name}' command`;
    }
    if (!isGiven || needed.includes(option) || allowed.includes(option)) continue;
    if (!exclusive.includes(option)) return `Illegal '${option}' option with the '${name}' command`;
    if (only !== undefined) {
      return `The option '${option}' conflicts with the '${only}' option in the '${name}' command`;
    }
    only = option;
  }
  return undefined;
}

/** The options of a command that is to be refused: each one alone beside those that it needs, and some at random. */
function setsFor(name: string, random: RandomNumbers): ReadonlySet<Option>[] {
  const { needed = [] } = COMMANDS[name]!;
  const drawn = Array.from(
    { length: SETS },
    () => new Set(Array.from({ length: 1 + random.below(MOST_IN_A_SET) }, () => pick(random, ALL))),
  );
  const missing = needed.map((option) => new Set(needed.filter((other) => other !== option)));
  const alone = ALL.map((option) => new Set([...needed, option]));
  return [...missing, ...alone, ...drawn];
}

export const legalOptions: readonly PacketCase[] = [
  dialogueCase(
    {
      name: 'commands/legal-options',
      title: 'Each command has its own options, and says which are missing, not its own or too many',
      requirement:
        'Every command refuses each option that is not its own, asks for those that it cannot do without, and takes one at most of -c, a service, --timeout and --daemon; of several mistakes it names the one about the option that comes first in ipvsadm’s own order.',
      sources: [kernel('ipvsadm: grammar, §7.1'), kernel('ipvsadm: errors, §7.2')],
      // Read alike in every mode.
      modes: modesWhere(({ rewritesAddresses }) => rewritesAddresses),
    },
    async (dialogue, { vip, servers: [{ address: rip }] }) => {
      const random = new RandomNumbers(SEED, 'options of commands');
      for (const [name, { words }] of Object.entries(COMMANDS)) {
        for (const given of setsFor(name, random)) {
          const options = Array.from(given, (option) => OPTIONS[option]);
          const line = [words, ...options].join(' ').replace('VIP', vip).replace('RIP', rip);
          const refusal = refusalOf(name, given);
          if (refusal !== undefined) await dialogue.refusesToPrint(line, refusal);
        }
      }
      await dialogue.prints('-Sn', ['']);
    },
  ),
];
