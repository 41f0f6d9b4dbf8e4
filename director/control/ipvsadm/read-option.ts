import { TUNNEL_CHECKSUM } from '../../services/forwarding-method.ts';
import { SERVICE_FLAG } from '../../services/virtual-service.ts';
import type { ProtocolName } from '../../wire/ipv4.ts';
import { type CommandLine, FULL_IPV6_PREFIX, type ListFormat } from './command-line.ts';
import { fail } from './errors.ts';
import type { Asking } from './name-resolver.ts';
import { leadingNumber, MAX_INT, readGroup, readMark, readNumber, readPersistence } from './numbers.ts';
import type { ReadOption } from './option-reader.ts';
import { CHECKED, type CheckedOption, TUNNEL_NAMES } from './option-rules.ts';
import { METHOD_OPTIONS, type OptionId } from './option-table.ts';
import { readHost, readServiceAddress } from './service-address.ts';

const LONGEST_ENGINE = 16;
const LONGEST_INTERFACE = 15;
const MAX_SYNC_BYTES = 65_535 - 20 - 8;

/** Options that are checked under another name than their own. */
const CHECKED_AS: ReadonlyMap<OptionId, CheckedOption> = new Map([
  ['tcp', 'service-address'],
  ['udp', 'service-address'],
  ['sctp', 'service-address'],
  ['mark', 'service-address'],
  ['server', 'real-server'],
  ...Array.from(METHOD_OPTIONS.keys(), (option) => [option, 'forwarding-method'] as const),
]);

const FORMATS: ReadonlyMap<OptionId, keyof ListFormat> = new Map([
  ['numeric', 'numeric'],
  ['stats', 'stats'],
  ['rate', 'rate'],
  ['thresholds', 'thresholds'],
  ['persistent-conn', 'persistentConnections'],
  ['tun-info', 'tunnels'],
  ['nosort', 'unsorted'],
  ['exact', 'exact'],
]);

/** @param word The word that the option stands in, for messages. */
export function* readOption(line: CommandLine, option: ReadOption, word: string): Asking<void> {
  const { id, value = '' } = option;
  const { service, server, daemon } = line;
  takeOnce(line, id, word);
  switch (id) {
    case 'tcp':
    case 'udp':
    case 'sctp':
      return yield* readService(line, id, value);
    case 'mark':
      service.isIpv6 = false;
      service.protocol = 'tcp';
      service.mark = readMark(value);
      return;
    case 'ipv6':
      if (service.mark === undefined) fail('-6 used before -f\n');
      service.isIpv6 = true;
      service.netmask = FULL_IPV6_PREFIX;
      return;
    case 'scheduler':
      service.scheduler = value;
      return;
    case 'persistent':
      service.flags |= SERVICE_FLAG.persistent;
      service.persistenceSeconds = readPersistence(option.value);
      return;
    case 'netmask':
      service.netmask = yield* readNetmask(value, service.isIpv6 === true);
      return;
    case 'ops':
      service.flags |= SERVICE_FLAG.onePacket;
      return;
    case 'pe':
      service.engine = value.slice(0, LONGEST_ENGINE);
      return;
    case 'server':
      return yield* readServer(line, value);
    case 'weight':
      server.weight = readNumber(value, 0, MAX_INT, 'illegal weight specified');
      return;
    case 'u-threshold':
      server.upperThreshold = readNumber(value, 0, MAX_INT, 'illegal u_threshold specified');
      return;
    case 'l-threshold':
      server.lowerThreshold = readNumber(value, 0, MAX_INT, 'illegal l_threshold specified');
      return;
    case 'tun-type':
      server.tunnel = TUNNEL_NAMES.find((name) => name === value) ?? fail('illegal tunnel type specified');
      return;
    case 'tun-port':
      server.tunnelPort = readNumber(value, 1, 65_535, 'illegal tunnel port specified');
      return;
    case 'tun-csum':
      server.tunnelChecksum |= TUNNEL_CHECKSUM.full;
      return;
    case 'tun-remcsum':
      server.tunnelChecksum |= TUNNEL_CHECKSUM.remote;
      return;
    case 'mcast-interface':
      daemon.interface = value.slice(0, LONGEST_INTERFACE);
      return;
    case 'syncid':
      daemon.syncId = readNumber(value, 0, 255, 'illegal syncid specified');
      return;
    case 'mcast-group':
      daemon.group = readGroup(value);
      return;
    case 'mcast-port':
      daemon.port = readNumber(value, 1, 65_535, 'illegal mcast-port specified');
      return;
    case 'mcast-ttl':
      daemon.ttl = readNumber(value, 1, 255, 'illegal mcast-ttl specified');
      return;
    case 'sync-maxlen':
      daemon.maxBytes = readNumber(value, 1, MAX_SYNC_BYTES, 'illegal sync-maxlen specified');
      return;
  }
  const method = METHOD_OPTIONS.get(id);
  if (method !== undefined) server.method = method;
  const format = FORMATS.get(id);
  if (format !== undefined) line.format[format] = true;
}

/** Notes an option; most may be given once only. */
function takeOnce({ given }: CommandLine, id: OptionId, word: string): void {
  // Sorting is what happens anyway; nobody counts this one, nor `-6`.
  if (id === 'sort' || id === 'ipv6') return;
  const checked = CHECKED_AS.get(id) ?? CHECKED.find((name) => name === id);
  if (checked === undefined) fail(`invalid option \`${word}'`);
  if (given.has(checked)) fail(`multiple '${checked}' options specified`);
  given.add(checked);
}

function* readService({ service }: CommandLine, protocol: ProtocolName, text: string): Asking<void> {
  service.protocol = protocol;
  const read = yield* readServiceAddress(text, protocol);
  if (read === undefined) fail('illegal virtual server address[:port] specified');
  service.address = read.address;
  service.isIpv6 = read.isIpv6;
  service.port = read.port ?? 0;
  if (read.isIpv6) service.netmask = FULL_IPV6_PREFIX;
}

function* readServer({ service, server }: CommandLine, text: string): Asking<void> {
  const read = yield* readServiceAddress(text, service.protocol);
  if (read === undefined) fail('illegal real server address[:port] specified');
  server.address = read.address;
  server.isIpv6 = read.isIpv6;
  server.port = read.port ?? service.port;
}

/** IPv4: a mask, written like an address. IPv6: the length of a prefix. */
function* readNetmask(text: string, isIpv6: boolean): Asking<number> {
  if (!isIpv6) return (yield* readHost(text)) ?? fail('illegal virtual server persistent mask specified');
  const length = leadingNumber(text);
  return length >= 1 && length <= 128 ? length : fail('illegal ipv6 netmask specified');
}
