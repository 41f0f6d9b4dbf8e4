/**
 * Rules in the language of `ipvsadm -R`: one command a line, as `ipvsadm -S` writes them. Lines may start with
 * `ipvsadm`; empty lines and lines that start with `#` say nothing.
 */
import { METHOD, type Method } from '../connections/flags.ts';
import type { DestinationOptions } from '../services/destination.ts';
import { RuleError } from '../services/rule-error.ts';
import type { ServerKey, ServiceKey } from '../services/service-table.ts';
import { type Ipv4Address, parseIpv4 } from '../wire/addresses.ts';
import { PROTOCOL } from '../wire/ipv4.ts';
import type { Command } from './command.ts';
import {
  COMMAND_OPTIONS,
  type CommandName,
  RULE_OPTIONS,
  type RuleOption,
  UNSUPPORTED_OPTIONS,
} from './ipvsadm-options.ts';

type Options = Partial<Record<RuleOption, string>>;

const DEFAULT_SCHEDULER = 'wlc';
const MAX_INT = 2_147_483_647;

const ALLOWED: Readonly<Record<CommandName, readonly RuleOption[]>> = {
  'add-service': ['tcp-service', 'udp-service', 'scheduler'],
  'edit-service': ['tcp-service', 'udp-service', 'scheduler'],
  'delete-service': ['tcp-service', 'udp-service'],
  'add-server': Object.keys(RULE_OPTIONS).filter((name) => name !== 'scheduler') as RuleOption[],
  'edit-server': Object.keys(RULE_OPTIONS).filter((name) => name !== 'scheduler') as RuleOption[],
  'delete-server': ['tcp-service', 'udp-service', 'real-server'],
  clear: [],
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
  const options = readOptions(words);
  for (const option of Object.keys(options) as RuleOption[]) {
    if (!ALLOWED[kind].includes(option)) throw new RuleError(`'${option}' does not go with '${kind}'`);
  }
  if (kind === 'clear') return { kind };
  const service = serviceKey(options);
  if (kind === 'add-service' || kind === 'edit-service') {
    if (service.port === 0) throw new RuleError('a service needs a port: port 0 goes with persistence only');
    return { kind, service, scheduler: options.scheduler ?? DEFAULT_SCHEDULER };
  }
  if (kind === 'delete-service') return { kind, service };
  const server = serverKey(options, service, kind !== 'delete-server');
  return kind === 'delete-server'
    ? { kind, service, server }
    : { kind, service, server, options: destinationOptions(options) };
}

function commandNamed(word: string): CommandName {
  for (const [name, form] of Object.entries(COMMAND_OPTIONS)) {
    if (word === form.short || word === form.long) return name as CommandName;
  }
  const known = Object.values(COMMAND_OPTIONS).map((form) => form.short);
  throw new RuleError(`a line starts with one of ${known.join(' ')}, not with "${word}"`);
}

function readOptions(words: readonly string[]): Options {
  const options: Options = {};
  for (let i = 0; i < words.length; i++) {
    const [word = '', attached] = splitAttached(words[i] as string);
    const found = Object.entries(RULE_OPTIONS).find(([, form]) => word === form.short || word === form.long);
    if (found === undefined) {
      const feature = UNSUPPORTED_OPTIONS[word];
      throw new RuleError(
        feature === undefined ? `unknown option "${word}"` : `${feature} (${word}) are not supported yet`,
      );
    }
    const [name, form] = found as [RuleOption, (typeof RULE_OPTIONS)[RuleOption]];
    if (options[name] !== undefined) throw new RuleError(`'${name}' is given twice`);
    if (!form.takesValue) {
      options[name] = '';
      continue;
    }
    const value = attached ?? words[++i];
    if (value === undefined) throw new RuleError(`'${name}' needs a value after ${word}`);
    options[name] = value;
  }
  return options;
}

/** `--weight=3` is `--weight 3`. */
function splitAttached(word: string): [string, string?] {
  const equals = word.indexOf('=');
  if (!word.startsWith('--') || equals < 0) return [word];
  return [word.slice(0, equals), word.slice(equals + 1)];
}

function serviceKey(options: Options): ServiceKey {
  const tcp = options['tcp-service'];
  const udp = options['udp-service'];
  if (tcp !== undefined && udp !== undefined) throw new RuleError('a service is -t or -u, not both');
  const text = tcp ?? udp;
  if (text === undefined) throw new RuleError('a service is needed: -t or -u ADDRESS:PORT');
  const { address, port } = endpoint(text, 'virtual service');
  return { protocol: tcp === undefined ? PROTOCOL.udp : PROTOCOL.tcp, address, port: port ?? 0 };
}

function serverKey(options: Options, service: ServiceKey, portFollowsMethod: boolean): ServerKey {
  const text = options['real-server'];
  if (text === undefined) throw new RuleError('a real server is needed: -r ADDRESS[:PORT]');
  const { address, port } = endpoint(text, 'real server');
  // DR and TUN deliver the packet as it is, so the server listens on the service's port whatever is asked for.
  const forced = portFollowsMethod && methodOf(options) !== METHOD.masquerade;
  return { address, port: forced ? service.port : (port ?? service.port) };
}

function destinationOptions(options: Options): DestinationOptions {
  const upperThreshold = integer(options, 'u-threshold', 0);
  const lowerThreshold = integer(options, 'l-threshold', 0);
  if (lowerThreshold > upperThreshold) {
    throw new RuleError(`lower threshold ${lowerThreshold} is above the upper threshold ${upperThreshold}`);
  }
  return { method: methodOf(options), weight: integer(options, 'weight', 1), upperThreshold, lowerThreshold };
}

function methodOf(options: Options): Method {
  const given = (['gatewaying', 'ipip', 'masquerading'] as const).filter(
    (name) => options[name] !== undefined,
  );
  if (given.length > 1) throw new RuleError('a server is forwarded to by one of -g, -i, -m');
  if (given[0] === 'masquerading') return METHOD.masquerade;
  return given[0] === 'ipip' ? METHOD.tunnel : METHOD.route;
}

function integer(options: Options, name: RuleOption, absent: number): number {
  const text = options[name];
  if (text === undefined) return absent;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > MAX_INT) {
    throw new RuleError(`illegal ${name} "${text}": expected 0 to ${MAX_INT}`);
  }
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
