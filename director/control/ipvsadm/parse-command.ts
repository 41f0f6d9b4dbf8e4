/** Reads a command line from left to right, up to what does not hang on the kernel. */
import { METHOD } from '../../connections/flags.ts';
import { SERVICE_FLAG } from '../../services/service-flags.ts';
import { TUNNEL_CHECKSUM } from '../../services/tunnel.ts';
import { CommandLine, DEFAULT_SCHEDULER, FULL_IPV6_PREFIX } from './command-line.ts';
import { fail, OptionError, ProgramEnd, tryHelp } from './endings.ts';
import { helpText, VERSION_TEXT } from './help.ts';
import type { DaemonRole, ProtocolName } from './kernel/operations.ts';
import { type CheckedOption, TUNNEL_NAMES } from './legality.ts';
import { readGroup } from './multicast-group.ts';
import type { Asking } from './name-questions.ts';
import { leadingNumber, MAX_INT, readMark, readNumber, readPersistence, readTimeout } from './numbers.ts';
import { OptionReader, type ReadOption } from './option-reader.ts';
import { readSchedulerFlags } from './scheduler-flags.ts';
import { readHost, readServiceAddress } from './service-address.ts';

const LONGEST_SCHEDULER = 15;
const LONGEST_ENGINE = 16;
const LONGEST_INTERFACE = 15;
const MAX_SYNC_BYTES = 65_535 - 20 - 8;

/**
 * @param words All after the program's own name; there is at least one.
 * @param program The program's own name, for messages.
 * @throws ProgramEnd where the program ends with this; OptionError where the words are no options.
 */
export function* parseCommand(words: readonly string[], program: string): Asking<CommandLine> {
  const reader = new OptionReader(words);
  const line = readCommand(reader, program);
  let schedulerFlags = '';
  for (let option = reader.next(); option !== undefined; option = reader.next()) {
    if (option.id === 'sched-flags') schedulerFlags = option.value ?? '';
    yield* readOption(line, option, reader);
  }
  if (line.command === 'set') line.timeouts = readTimeouts(reader);
  const extra = reader.takeWord();
  if (extra !== undefined) fail(`unexpected argument ${extra}`);
  // The scheduler may come after its flags.
  line.service.flags |= readSchedulerFlags(schedulerFlags, line.service.scheduler || DEFAULT_SCHEDULER);
  return line;
}

function readCommand(reader: OptionReader, program: string): CommandLine {
  const first = firstOption(reader);
  switch (first?.id) {
    case 'help':
      throw new ProgramEnd(0, { stdout: helpText(program) });
    case 'version':
      throw new ProgramEnd(0, { stdout: VERSION_TEXT });
    case 'list_':
      return new CommandLine('list');
    case 'start-daemon':
    case 'stop-daemon': {
      const line = new CommandLine(first.id);
      line.daemon.role = readRole(first);
      return line;
    }
    case 'add-service':
    case 'edit-service':
    case 'delete-service':
    case 'flush':
    case 'list':
    case 'zero':
    case 'add-server':
    case 'edit-server':
    case 'delete-server':
    case 'set':
    case 'restore':
    case 'save':
      return new CommandLine(first.id);
    default:
      return tryHelp(program);
  }
}

function firstOption(reader: OptionReader): ReadOption | undefined {
  try {
    return reader.next();
  } catch (error) {
    if (error instanceof OptionError) return undefined;
    throw error;
  }
}

function readRole({ id, value }: ReadOption): DaemonRole {
  if (value === 'master' || value === 'backup') return value;
  return fail(
    id === 'start-daemon' ? 'illegal start-daemon parameter specified' : 'illegal start_daemon specified',
  );
}

function readTimeouts(reader: OptionReader): CommandLine['timeouts'] {
  const [tcp, tcpFin, udp] = [reader.takeWord(), reader.takeWord(), reader.takeWord()];
  if (tcp === undefined || tcpFin === undefined || udp === undefined) {
    return fail('--set option requires 3 timeout values');
  }
  return { tcp: readTimeout(tcp, 0), tcpFin: readTimeout(tcpFin, 0), udp: readTimeout(udp, 0) };
}

function* readOption(line: CommandLine, option: ReadOption, reader: OptionReader): Asking<void> {
  const { id, value = '' } = option;
  const { service, server, daemon, format } = line;
  switch (id) {
    case 'tcp':
    case 'udp':
    case 'sctp':
      once(line, 'service-address');
      return yield* readService(line, id, value);
    case 'mark':
      once(line, 'service-address');
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
      once(line, 'scheduler');
      service.scheduler = value.slice(0, LONGEST_SCHEDULER);
      return;
    case 'persistent':
      once(line, 'persistent');
      service.flags |= SERVICE_FLAG.persistent;
      service.persistenceSeconds = readPersistence(option.value);
      return;
    case 'netmask':
      once(line, 'netmask');
      service.netmask = yield* readNetmask(value, service.isIpv6 === true);
      return;
    case 'server':
      once(line, 'real-server');
      return yield* readServer(line, value);
    case 'masquerading':
    case 'tunneling':
    case 'gatewaying':
      once(line, 'forwarding-method');
      server.method =
        id === 'masquerading' ? METHOD.masquerade : id === 'tunneling' ? METHOD.tunnel : METHOD.route;
      return;
    case 'weight':
      once(line, 'weight');
      server.weight = readNumber(value, 0, MAX_INT, 'illegal weight specified');
      return;
    case 'u-threshold':
      once(line, 'u-threshold');
      server.upperThreshold = readNumber(value, 0, MAX_INT, 'illegal u_threshold specified');
      return;
    case 'l-threshold':
      once(line, 'l-threshold');
      server.lowerThreshold = readNumber(value, 0, MAX_INT, 'illegal l_threshold specified');
      return;
    case 'mcast-interface':
      once(line, 'mcast-interface');
      daemon.interface = value.slice(0, LONGEST_INTERFACE);
      return;
    case 'syncid':
      once(line, 'syncid');
      daemon.syncId = readNumber(value, 0, 255, 'illegal syncid specified');
      return;
    case 'mcast-group':
      once(line, 'mcast-group');
      daemon.group = readGroup(value);
      return;
    case 'mcast-port':
      once(line, 'mcast-port');
      daemon.port = readNumber(value, 1, 65_535, 'illegal mcast-port specified');
      return;
    case 'mcast-ttl':
      once(line, 'mcast-ttl');
      daemon.ttl = readNumber(value, 1, 255, 'illegal mcast-ttl specified');
      return;
    case 'sync-maxlen':
      once(line, 'sync-maxlen');
      daemon.maxBytes = readNumber(value, 1, MAX_SYNC_BYTES, 'illegal sync-maxlen specified');
      return;
    case 'ops':
      once(line, 'ops');
      service.flags |= SERVICE_FLAG.onePacket;
      return;
    case 'pe':
      once(line, 'pe');
      service.engine = value.slice(0, LONGEST_ENGINE);
      return;
    case 'tun-type':
      once(line, 'tun-type');
      server.tunnel = TUNNEL_NAMES.find((name) => name === value) ?? fail('illegal tunnel type specified');
      return;
    case 'tun-port':
      once(line, 'tun-port');
      server.tunnelPort = readNumber(value, 1, 65_535, 'illegal tunnel port specified');
      return;
    case 'tun-nocsum':
      once(line, 'tun-nocsum');
      return;
    case 'tun-csum':
      once(line, 'tun-csum');
      server.tunnelChecksum |= TUNNEL_CHECKSUM.full;
      return;
    case 'tun-remcsum':
      once(line, 'tun-remcsum');
      server.tunnelChecksum |= TUNNEL_CHECKSUM.remote;
      return;
    case 'numeric':
      once(line, 'numeric');
      format.numeric = true;
      return;
    case 'stats':
      once(line, 'stats');
      format.stats = true;
      return;
    case 'rate':
      once(line, 'rate');
      format.rate = true;
      return;
    case 'thresholds':
      once(line, 'thresholds');
      format.thresholds = true;
      return;
    case 'persistent-conn':
      once(line, 'persistent-conn');
      format.persistentConnections = true;
      return;
    case 'tun-info':
      once(line, 'tun-info');
      format.tunnels = true;
      return;
    case 'nosort':
      once(line, 'nosort');
      format.unsorted = true;
      return;
    case 'exact':
      once(line, 'exact');
      format.exact = true;
      return;
    case 'connection':
    case 'timeout':
    case 'daemon':
    case 'sched-flags':
      once(line, id);
      return;
    case 'sort':
      // Sorting is what happens anyway.
      return;
    default:
      fail(`invalid option \`${reader.lastWord}'`);
  }
}

function once({ given }: CommandLine, option: CheckedOption): void {
  if (given.has(option)) fail(`multiple '${option}' options specified`);
  given.add(option);
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
