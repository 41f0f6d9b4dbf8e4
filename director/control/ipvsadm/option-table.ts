/** Every option of `ipvsadm`: its names, and whether a value follows. */
import { METHOD, type ServerMethod } from '../../services/forwarding-method.ts';

export interface OptionForm {
  readonly long: string;
  readonly short?: string;
  /** `optional`: the next word, unless that begins with `-`. */
  readonly value: 'none' | 'needed' | 'optional';
  /** Of the options that say how packets are forwarded to a server. */
  readonly method?: ServerMethod;
}

/** The first option of a command line has to be one of these. */
const COMMANDS = {
  'add-service': { long: 'add-service', short: 'A', value: 'none' },
  'edit-service': { long: 'edit-service', short: 'E', value: 'none' },
  'delete-service': { long: 'delete-service', short: 'D', value: 'none' },
  flush: { long: 'clear', short: 'C', value: 'none' },
  list: { long: 'list', short: 'L', value: 'none' },
  list_: { long: 'list', short: 'l', value: 'none' },
  zero: { long: 'zero', short: 'Z', value: 'none' },
  'add-server': { long: 'add-server', short: 'a', value: 'none' },
  'edit-server': { long: 'edit-server', short: 'e', value: 'none' },
  'delete-server': { long: 'delete-server', short: 'd', value: 'none' },
  set: { long: 'set', value: 'none' },
  help: { long: 'help', short: 'h', value: 'none' },
  version: { long: 'version', short: 'v', value: 'none' },
  restore: { long: 'restore', short: 'R', value: 'none' },
  save: { long: 'save', short: 'S', value: 'none' },
  'start-daemon': { long: 'start-daemon', value: 'needed' },
  'stop-daemon': { long: 'stop-daemon', value: 'needed' },
} as const satisfies Record<string, OptionForm>;

/** The others. */
const OPTIONS = {
  tcp: { long: 'tcp-service', short: 't', value: 'needed' },
  udp: { long: 'udp-service', short: 'u', value: 'needed' },
  sctp: { long: 'sctp-service', value: 'needed' },
  mark: { long: 'fwmark-service', short: 'f', value: 'needed' },
  ipv6: { long: 'ipv6', short: '6', value: 'none' },
  scheduler: { long: 'scheduler', short: 's', value: 'needed' },
  persistent: { long: 'persistent', short: 'p', value: 'optional' },
  netmask: { long: 'netmask', short: 'M', value: 'needed' },
  server: { long: 'real-server', short: 'r', value: 'needed' },
  masquerading: { long: 'masquerading', short: 'm', value: 'none', method: METHOD.masquerade },
  tunneling: { long: 'ipip', short: 'i', value: 'none', method: METHOD.tunnel },
  gatewaying: { long: 'gatewaying', short: 'g', value: 'none', method: METHOD.route },
  weight: { long: 'weight', short: 'w', value: 'needed' },
  'u-threshold': { long: 'u-threshold', short: 'x', value: 'needed' },
  'l-threshold': { long: 'l-threshold', short: 'y', value: 'needed' },
  numeric: { long: 'numeric', short: 'n', value: 'none' },
  connection: { long: 'connection', short: 'c', value: 'none' },
  'mcast-interface': { long: 'mcast-interface', value: 'needed' },
  syncid: { long: 'syncid', value: 'needed' },
  timeout: { long: 'timeout', value: 'none' },
  daemon: { long: 'daemon', value: 'none' },
  stats: { long: 'stats', value: 'none' },
  rate: { long: 'rate', value: 'none' },
  thresholds: { long: 'thresholds', value: 'none' },
  'persistent-conn': { long: 'persistent-conn', value: 'none' },
  nosort: { long: 'nosort', value: 'none' },
  sort: { long: 'sort', value: 'none' },
  exact: { long: 'exact', short: 'X', value: 'none' },
  ops: { long: 'ops', short: 'o', value: 'none' },
  pe: { long: 'pe', value: 'needed' },
  'sched-flags': { long: 'sched-flags', short: 'b', value: 'needed' },
  'mcast-group': { long: 'mcast-group', value: 'needed' },
  'mcast-port': { long: 'mcast-port', value: 'needed' },
  'mcast-ttl': { long: 'mcast-ttl', value: 'needed' },
  'sync-maxlen': { long: 'sync-maxlen', value: 'needed' },
  'tun-info': { long: 'tun-info', value: 'none' },
  'tun-type': { long: 'tun-type', value: 'needed' },
  'tun-port': { long: 'tun-port', value: 'needed' },
  'tun-nocsum': { long: 'tun-nocsum', value: 'none' },
  'tun-csum': { long: 'tun-csum', value: 'none' },
  'tun-remcsum': { long: 'tun-remcsum', value: 'none' },
} as const satisfies Record<string, OptionForm>;

/** `help` and `version` end the program at once, so no check ever sees them. */
export type CommandName = Exclude<keyof typeof COMMANDS, 'list_' | 'help' | 'version'>;
export type OptionId = keyof typeof COMMANDS | keyof typeof OPTIONS;

const ALL = Object.entries<OptionForm>({ ...COMMANDS, ...OPTIONS }) as [OptionId, OptionForm][];

export interface KnownOption {
  readonly id: OptionId;
  readonly value: OptionForm['value'];
}

const BY_LONG = indexed((form) => form.long);
const BY_SHORT = indexed((form) => form.short);

export function optionByLong(name: string): KnownOption | undefined {
  return BY_LONG.get(name);
}

export function optionByShort(letter: string): KnownOption | undefined {
  return BY_SHORT.get(letter);
}

/** The options that say how packets are forwarded to a server, each with its method. */
export const METHOD_OPTIONS: ReadonlyMap<OptionId, ServerMethod> = new Map(
  ALL.flatMap(([id, { method }]) => (method === undefined ? [] : [[id, method] as const])),
);

/** As `ipvsadm -S` writes it: a server that is the director itself counts as direct routing. */
export function optionOfMethod(method: number): string {
  const form =
    ALL.map(([, option]) => option).find((option) => option.method === method) ?? OPTIONS.gatewaying;
  return `-${form.short}`;
}

function indexed(nameOf: (form: OptionForm) => string | undefined): ReadonlyMap<string, KnownOption> {
  const index = new Map<string, KnownOption>();
  for (const [id, form] of ALL) {
    const name = nameOf(form);
    if (name !== undefined && !index.has(name)) index.set(name, { id, value: form.value });
  }
  return index;
}
