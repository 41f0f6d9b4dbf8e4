/** The options of `ipvsadm` that rules are made of: each by its short and long name, and whether a value follows. */

export interface OptionForm {
  /** Absent if there is a long name only. */
  readonly short?: string;
  readonly long: string;
  /** `optional`: the next word, unless it is an option itself. */
  readonly value: 'none' | 'needed' | 'optional';
}

/** The first option of a line says what to do. */
export const COMMAND_OPTIONS = {
  'add-service': { short: '-A', long: '--add-service', value: 'none' },
  'edit-service': { short: '-E', long: '--edit-service', value: 'none' },
  'delete-service': { short: '-D', long: '--delete-service', value: 'none' },
  'add-server': { short: '-a', long: '--add-server', value: 'none' },
  'edit-server': { short: '-e', long: '--edit-server', value: 'none' },
  'delete-server': { short: '-d', long: '--delete-server', value: 'none' },
  clear: { short: '-C', long: '--clear', value: 'none' },
  set: { long: '--set', value: 'none' },
} as const satisfies Record<string, OptionForm>;

/** The options that follow it. */
export const RULE_OPTIONS = {
  'tcp-service': { short: '-t', long: '--tcp-service', value: 'needed' },
  'udp-service': { short: '-u', long: '--udp-service', value: 'needed' },
  'sctp-service': { long: '--sctp-service', value: 'needed' },
  'fwmark-service': { short: '-f', long: '--fwmark-service', value: 'needed' },
  scheduler: { short: '-s', long: '--scheduler', value: 'needed' },
  persistent: { short: '-p', long: '--persistent', value: 'optional' },
  netmask: { short: '-M', long: '--netmask', value: 'needed' },
  ops: { short: '-o', long: '--ops', value: 'none' },
  'sched-flags': { short: '-b', long: '--sched-flags', value: 'needed' },
  'real-server': { short: '-r', long: '--real-server', value: 'needed' },
  gatewaying: { short: '-g', long: '--gatewaying', value: 'none' },
  ipip: { short: '-i', long: '--ipip', value: 'none' },
  masquerading: { short: '-m', long: '--masquerading', value: 'none' },
  weight: { short: '-w', long: '--weight', value: 'needed' },
  'u-threshold': { short: '-x', long: '--u-threshold', value: 'needed' },
  'l-threshold': { short: '-y', long: '--l-threshold', value: 'needed' },
  'tun-type': { long: '--tun-type', value: 'needed' },
  'tun-port': { long: '--tun-port', value: 'needed' },
  'tun-nocsum': { long: '--tun-nocsum', value: 'none' },
  'tun-csum': { long: '--tun-csum', value: 'none' },
  'tun-remcsum': { long: '--tun-remcsum', value: 'none' },
} as const satisfies Record<string, OptionForm>;

export type CommandName = keyof typeof COMMAND_OPTIONS;
export type RuleOption = keyof typeof RULE_OPTIONS;

/** Options of ipvsadm that this director does not have (yet), so that they are refused for what they are. */
export const UNSUPPORTED_OPTIONS: Readonly<Record<string, string>> = {
  '--pe': 'persistence engines',
};
