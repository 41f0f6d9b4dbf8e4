/** Which options go with which command, and with which type of tunnel. */
import { fail } from './errors.ts';
import type { CommandName } from './option-table.ts';

/** Options by the names that messages use, in the order in which they are checked. */
export const CHECKED = [
  'numeric',
  'connection',
  'service-address',
  'scheduler',
  'persistent',
  'netmask',
  'real-server',
  'forwarding-method',
  'weight',
  'u-threshold',
  'l-threshold',
  'mcast-interface',
  'timeout',
  'daemon',
  'stats',
  'rate',
  'thresholds',
  'persistent-conn',
  'nosort',
  'syncid',
  'exact',
  'ops',
  'pe',
  'sched-flags',
  'mcast-group',
  'mcast-port',
  'mcast-ttl',
  'sync-maxlen',
  'tun-info',
  'tun-type',
  'tun-port',
  'tun-nocsum',
  'tun-csum',
  'tun-remcsum',
] as const;
export type CheckedOption = (typeof CHECKED)[number];

interface Legality {
  readonly needed?: readonly CheckedOption[];
  readonly allowed?: readonly CheckedOption[];
  /** At most one of these. */
  readonly exclusive?: readonly CheckedOption[];
}

const SERVICE: Legality = {
  needed: ['service-address'],
  allowed: ['scheduler', 'persistent', 'netmask', 'ops', 'pe', 'sched-flags'],
};
const SERVER: Legality = {
  needed: ['service-address', 'real-server'],
  allowed: [
    'forwarding-method',
    'weight',
    'u-threshold',
    'l-threshold',
    'tun-type',
    'tun-port',
    'tun-nocsum',
    'tun-csum',
    'tun-remcsum',
  ],
};

const COMMANDS: Readonly<Record<CommandName, Legality>> = {
  'add-service': SERVICE,
  'edit-service': SERVICE,
  'delete-service': { needed: ['service-address'] },
  flush: {},
  list: {
    allowed: [
      'numeric',
      'stats',
      'rate',
      'thresholds',
      'persistent-conn',
      'nosort',
      'syncid',
      'exact',
      'tun-info',
    ],
    exclusive: ['connection', 'service-address', 'timeout', 'daemon'],
  },
  'add-server': SERVER,
  'edit-server': SERVER,
  'delete-server': { needed: ['service-address', 'real-server'] },
  set: {},
  'start-daemon': {
    allowed: ['mcast-interface', 'syncid', 'mcast-group', 'mcast-port', 'mcast-ttl', 'sync-maxlen'],
  },
  'stop-daemon': { allowed: ['syncid'] },
  restore: {},
  save: { allowed: ['numeric'] },
  zero: { allowed: ['service-address'] },
};

export const TUNNEL_NAMES = ['ipip', 'gue', 'gre'] as const;
export type TunnelName = (typeof TUNNEL_NAMES)[number];

const TUNNEL_OPTIONS: readonly CheckedOption[] = ['tun-port', 'tun-nocsum', 'tun-csum', 'tun-remcsum'];
const TUNNELS: Readonly<Record<TunnelName, Legality>> = {
  ipip: {},
  gue: { needed: ['tun-port'], exclusive: ['tun-nocsum', 'tun-csum', 'tun-remcsum'] },
  gre: { exclusive: ['tun-nocsum', 'tun-csum'] },
};

export function checkCommand(command: CommandName, given: ReadonlySet<CheckedOption>): void {
  check(CHECKED, COMMANDS[command], given, `'${command}' command`);
}

export function checkTunnel(tunnel: TunnelName, given: ReadonlySet<CheckedOption>): void {
  check(TUNNEL_OPTIONS, TUNNELS[tunnel], given, `'${tunnel}' tunnel type`);
}

function check(
  order: readonly CheckedOption[],
  { needed = [], allowed = [], exclusive = [] }: Legality,
  given: ReadonlySet<CheckedOption>,
  context: string,
): void {
  let only: CheckedOption | undefined;
  for (const option of order) {
    if (!given.has(option)) {
      if (needed.includes(option)) fail(`You need to supply the '${option}' option for the ${context}`);
    } else if (exclusive.includes(option)) {
      if (only !== undefined) {
        fail(`The option '${option}' conflicts with the '${only}' option in the ${context}`);
      }
      only = option;
    } else if (!needed.includes(option) && !allowed.includes(option)) {
      fail(`Illegal '${option}' option with the ${context}`);
    }
  }
}
