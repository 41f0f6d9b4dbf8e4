/**
 * Rules in the language of `ipvsadm -R`: one command a line, as `ipvsadm -S` writes them. Lines may start with
 * `ipvsadm`; empty lines and lines that start with `#` say nothing.
 */
import { METHOD, type Method } from '../connections/flags.ts';
import type { DestinationOptions, ServerKey } from '../services/destination.ts';
import { RuleError } from '../services/rule-error.ts';
import { SCHEDULER_FLAG_NAMES, SERVICE_FLAG } from '../services/service-flags.ts';
import type { ServiceKey, ServiceOptions } from '../services/virtual-service.ts';
import { type Ipv4Address, parseIpv4, UNSPECIFIED } from '../wire/addresses.ts';
import { PROTOCOL } from '../wire/ipv4.ts';
import type { Command } from './command.ts';
import { COMMAND_OPTIONS, type CommandName, type OptionForm, type RuleOption } from './ipvsadm-options.ts';
import { type Options, readOptions } from './option-words.ts';
import { TUNNEL_OPTIONS, tunnelOf } from './tunnel-options.ts';

const DEFAULT_SCHEDULER = 'wlc';
const DEFAULT_PERSISTENCE_SECONDS = 360;
const MAX_INT = 2_147_483_647;
const MAX_MARK = 4_294_967_295;
/** A month. */
const MAX_TIMEOUT_SECONDS = 2_678_400;
const FULL_MASK = -1;

const SERVICE_OPTIONS: readonly RuleOption[] = [
  'tcp-service',
  'udp-service',
  'sctp-service',
  'fwmark-service',
];
const SERVICE_SETTINGS: readonly RuleOption[] = ['scheduler', 'persistent', 'netmask', 'ops', 'sched-flags'];
const SERVER_SETTINGS: readonly RuleOption[] = [
  'gatewaying',
  'ipip',
  'masquerading',
  'weight',
  'u-threshold',
  'l-threshold',
  ...TUNNEL_OPTIONS,
];

const ALLOWED: Readonly<Record<CommandName, readonly RuleOption[]>> = {
  'add-service': [...SERVICE_OPTIONS, ...SERVICE_SETTINGS],
  'edit-service': [...SERVICE_OPTIONS, ...SERVICE_SETTINGS],
  'delete-service': SERVICE_OPTIONS,
  'add-server': [...SERVICE_OPTIONS, 'real-server', ...SERVER_SETTINGS],
  'edit-server': [...SERVICE_OPTIONS, 'real-server', ...SERVER_SETTINGS],
  'delete-server': [...SERVICE_OPTIONS, 'real-server'],
  clear: [],
  set: [],
};

/** Parses a whole text. Throws a RuleError that names the line; nothing has been applied then. */
export function parseRules(text: string, name = 'rules'): Command[] {
  const commands: Command[] = [];
  text.split('\n').forEach((line, index) => {
    try {
      const command = parseRule(line);
      if (command !== undefined) commands.push(command);
    } catch (error) {
      if (!(error instanceof RuleError)) throw error;
      throw new RuleError(`${name}, line ${index + 1}: ${error.message}\n  ${line.trim()}`);
    }
  });
  return commands;
}

/** Parses one line; undefined if it says nothing. */
export function parseRule(line: string): Command | undefined {
  const words = line
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words[0] === 'ipvsadm') words.shift();
  if (words[0] === undefined || words[0].startsWith('#')) return undefined;
  const kind = commandNamed(words.shift() as string);
  if (kind === 'set') return timeouts(words);
  const options = readOptions(words);
  for (const option of Object.keys(options) as RuleOption[]) {
    if (!ALLOWED[kind].includes(option)) throw new RuleError(`'${option}' does not go with '${kind}'`);
  }
  if (kind === 'clear') return { kind };
  const service = serviceKey(options);
  if (kind === 'add-service' || kind === 'edit-service') {
    return { kind, service, options: serviceOptions(options, service) };
  }
  if (kind === 'delete-service') return { kind, service };
  const server = serverKey(options, service, kind !== 'delete-server');
  return kind === 'delete-server'
    ? { kind, service, server }
    : { kind, service, server, options: destinationOptions(options) };
}

function commandNamed(word: string): CommandName {
  for (const [name, form] of Object.entries<OptionForm>(COMMAND_OPTIONS)) {
    if (word === form.short || word === form.long) return name as CommandName;
  }
  const known = Object.values<OptionForm>(COMMAND_OPTIONS).map((form) => form.short ?? form.long);
  throw new RuleError(`a line starts with one of ${known.join(' ')}, not with "${word}"`);
}

function timeouts(words: readonly string[]): Command {
  const [tcpMs, tcpFinMs, udpMs] = words.map((word) => {
    return integer(word, 'timeout', 0, MAX_TIMEOUT_SECONDS) * 1000;
  });
  if (tcpMs === undefined || tcpFinMs === undefined || udpMs === undefined || words.length > 3) {
    throw new RuleError('--set takes three timeouts in seconds: TCP, TCP after FIN, UDP');
  }
  return { kind: 'set', tcpMs, tcpFinMs, udpMs };
}

function serviceKey(options: Options): ServiceKey {
  const given = SERVICE_OPTIONS.filter((name) => options[name] !== undefined);
  const [name] = given;
  if (name === undefined) {
    throw new RuleError('a service is needed: -t, -u or --sctp-service ADDRESS:PORT, or -f MARK');
  }
  if (given.length > 1) throw new RuleError(`a service is one of ${given.join(', ')}, not several`);
  const text = options[name] as string;
  if (name === 'fwmark-service') {
    const mark = integer(text, 'firewall mark', 1, MAX_MARK) | 0;
    return { protocol: 0, address: UNSPECIFIED, port: 0, mark };
  }
  const { address, port } = endpoint(text, 'virtual service');
  const protocol = {
    'tcp-service': PROTOCOL.tcp,
    'udp-service': PROTOCOL.udp,
    'sctp-service': PROTOCOL.sctp,
  };
  return { protocol: protocol[name as keyof typeof protocol], address, port: port ?? 0 };
}

function serviceOptions(options: Options, service: ServiceKey): ServiceOptions {
  const { persistent, netmask, ops } = options;
  if (service.port === 0 && !service.mark && persistent === undefined) {
    throw new RuleError('a service needs a port: port 0 goes with persistence only (-p)');
  }
  if (ops !== undefined && service.protocol !== PROTOCOL.udp && !service.mark) {
    throw new RuleError('one-packet scheduling (-o) is for UDP services and firewall marks only');
  }
  const seconds =
    persistent === ''
      ? DEFAULT_PERSISTENCE_SECONDS
      : integer(persistent ?? '0', 'persistence', persistent === undefined ? 0 : 1, MAX_TIMEOUT_SECONDS);
  return {
    scheduler: options.scheduler ?? DEFAULT_SCHEDULER,
    flags:
      (persistent === undefined ? 0 : SERVICE_FLAG.persistent) |
      (ops === undefined ? 0 : SERVICE_FLAG.onePacket) |
      schedulerFlags(options),
    persistenceMs: seconds * 1000,
    netmask: netmask === undefined ? FULL_MASK : mask(netmask),
  };
}

function schedulerFlags(options: Options): number {
  const scheduler = options.scheduler ?? DEFAULT_SCHEDULER;
  let flags = 0;
  for (const name of options['sched-flags']?.split(',') ?? []) {
    const bit = SCHEDULER_FLAG_NAMES[name];
    if (bit === undefined) throw new RuleError(`there is no scheduler flag "${name}"`);
    if (!name.startsWith('flag-') && !name.startsWith(`${scheduler}-`)) {
      throw new RuleError(`the flag ${name} does not go with the scheduler ${scheduler}`);
    }
    flags |= bit;
  }
  return flags;
}

function serverKey(options: Options, service: ServiceKey, portFollowsMethod: boolean): ServerKey {
  const text = options['real-server'];
  if (text === undefined) throw new RuleError('a real server is needed: -r ADDRESS[:PORT]');
  const { address, port } = endpoint(text, 'real server');
  // DR and TUN deliver the packet as it is, so the server listens on the service's port whatever is asked for.
  const forced = portFollowsMethod && !service.mark && methodOf(options) !== METHOD.masquerade;
  return { address, port: forced ? service.port : (port ?? service.port) };
}

function destinationOptions(options: Options): DestinationOptions {
  const upperThreshold = integer(options['u-threshold'] ?? '0', 'u-threshold', 0, MAX_INT);
  const lowerThreshold = integer(options['l-threshold'] ?? '0', 'l-threshold', 0, MAX_INT);
  if (lowerThreshold > upperThreshold) {
    throw new RuleError(`lower threshold ${lowerThreshold} is above the upper threshold ${upperThreshold}`);
  }
  const weight = integer(options.weight ?? '1', 'weight', 0, MAX_INT);
  const method = methodOf(options);
  return { method, weight, upperThreshold, lowerThreshold, tunnel: tunnelOf(options, method) };
}

function methodOf(options: Options): Method {
  const given = (['gatewaying', 'ipip', 'masquerading'] as const).filter(
    (name) => options[name] !== undefined,
  );
  if (given.length > 1) throw new RuleError('a server is forwarded to by one of -g, -i, -m');
  if (given[0] === 'masquerading') return METHOD.masquerade;
  return given[0] === 'ipip' ? METHOD.tunnel : METHOD.route;
}

function integer(text: string, what: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new RuleError(`illegal ${what} "${text}": expected ${least} to ${most}`);
  }
  return value;
}

function mask(text: string): number {
  const value = parseIpv4(text);
  if (value === undefined)
    throw new RuleError(`illegal netmask "${text}": expected one such as 255.255.255.0`);
  return value;
}

function endpoint(text: string, what: string): { address: Ipv4Address; port: number | undefined } {
  const [addressText = '', portText, ...rest] = text.split(':');
  const address = parseIpv4(addressText);
  const port = portText === undefined ? undefined : Number(portText);
  const portIsWrong = port !== undefined && (!/^\d{1,5}$/.test(portText as string) || port > 65_535);
  if (address === undefined || portIsWrong || rest.length > 0) {
    throw new RuleError(
      `illegal ${what} "${text}": expected an IPv4 address and a port, such as 10.0.0.1:80`,
    );
  }
  return { address, port };
}
