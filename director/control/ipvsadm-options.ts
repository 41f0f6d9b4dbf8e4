/** The options of `ipvsadm` that rules are made of: each by its short and long name, and whether a value follows. */

export interface OptionForm {
  readonly short: string;
  readonly long: string;
  readonly takesValue: boolean;
}

/** The first option of a line says what to do. */
export const COMMAND_OPTIONS = {
  'add-service': { short: '-A', long: '--add-service', takesValue: false },
  'edit-service': { short: '-E', long: '--edit-service', takesValue: false },
  'delete-service': { short: '-D', long: '--delete-service', takesValue: false },
  'add-server': { short: '-a', long: '--add-server', takesValue: false },
  'edit-server': { short: '-e', long: '--edit-server', takesValue: false },
  'delete-server': { short: '-d', long: '--delete-server', takesValue: false },
  clear: { short: '-C', long: '--clear', takesValue: false },
} as const satisfies Record<string, OptionForm>;

/** The options that follow it. */
export const RULE_OPTIONS = {
  'tcp-service': { short: '-t', long: '--tcp-service', takesValue: true },
  'udp-service': { short: '-u', long: '--udp-service', takesValue: true },
  scheduler: { short: '-s', long: '--scheduler', takesValue: true },
  'real-server': { short: '-r', long: '--real-server', takesValue: true },
  gatewaying: { short: '-g', long: '--gatewaying', takesValue: false },
  ipip: { short: '-i', long: '--ipip', takesValue: false },
  masquerading: { short: '-m', long: '--masquerading', takesValue: false },
  weight: { short: '-w', long: '--weight', takesValue: true },
  'u-threshold': { short: '-x', long: '--u-threshold', takesValue: true },
  'l-threshold': { short: '-y', long: '--l-threshold', takesValue: true },
} as const satisfies Record<string, OptionForm>;

export type CommandName = keyof typeof COMMAND_OPTIONS;
export type RuleOption = keyof typeof RULE_OPTIONS;

/** Options of ipvsadm that this director does not have (yet), so that they are refused for what they are. */
export const UNSUPPORTED_OPTIONS: Readonly<Record<string, string>> = {
  '-f': 'firewall marks',
  '--fwmark-service': 'firewall marks',
  '--sctp-service': 'SCTP services',
  '-p': 'persistence',
  '--persistent': 'persistence',
  '-M': 'persistence',
  '--netmask': 'persistence',
  '-o': 'one-packet scheduling',
  '--ops': 'one-packet scheduling',
  '-b': 'scheduler flags',
  '--sched-flags': 'scheduler flags',
  '--pe': 'persistence engines',
  '--tun-type': 'tunnel types other than ipip',
};
