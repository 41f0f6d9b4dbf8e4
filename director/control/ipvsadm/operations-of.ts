import { METHOD } from '../../services/forwarding-method.ts';
import { SERVICE_FLAG } from '../../services/virtual-service.ts';
import type {
  Operation,
  ServerName,
  ServerSettings,
  ServiceName,
  ServiceSettings,
} from './backend/operations.ts';
import { type CommandLine, DEFAULT_SCHEDULER } from './command-line.ts';
import { fail } from './errors.ts';
import { type CheckedOption, checkCommand, checkTunnel, TUNNEL_NAMES } from './option-rules.ts';

const DEFAULT_DAEMON_INTERFACE = 'eth0';
const TUNNEL_OPTIONS: readonly CheckedOption[] = [
  'tun-type',
  'tun-port',
  'tun-nocsum',
  'tun-csum',
  'tun-remcsum',
];

/** Checks a command line as a whole. @throws ExitError */
export function checkLine(line: CommandLine): void {
  checkCommand(line.command, line.given);
  if (line.command === 'add-service' || line.command === 'edit-service') checkService(line);
  if (line.command === 'add-server' || line.command === 'edit-server') checkServer(line);
  if (line.command === 'list') checkList(line.given);
}

function checkService({ service }: CommandLine): void {
  const isEndpoint = service.mark === undefined;
  if (isEndpoint && service.port === 0 && (service.flags & SERVICE_FLAG.persistent) === 0) {
    fail('Zero port specified for non-persistent service');
  }
  if (isEndpoint && service.protocol !== 'udp' && (service.flags & SERVICE_FLAG.onePacket) !== 0) {
    fail('One-Packet Scheduling is only for UDP virtual services');
  }
}

function checkServer({ service, server, given }: CommandLine): void {
  const isTunnel = server.method === METHOD.tunnel;
  if (server.isIpv6 !== service.isIpv6 && !isTunnel) {
    fail('Different address family is allowed only for tunneling servers');
  }
  if (!isTunnel && TUNNEL_OPTIONS.some((option) => given.has(option))) {
    fail('Tunnel options conflict with forward method');
  }
  checkTunnel(server.tunnel, given);
}

function checkList(given: ReadonlySet<CheckedOption>): void {
  const has = (...options: CheckedOption[]) => options.some((option) => given.has(option));
  if (
    (has('connection', 'timeout', 'daemon') && has('stats', 'rate', 'thresholds')) ||
    (has('timeout', 'daemon') && has('persistent-conn'))
  ) {
    fail('options conflicts in the list command');
  }
}

/** The change that a command line asks for; undefined for commands that list or read rules. */
export function changeOf(line: CommandLine): Operation | undefined {
  switch (line.command) {
    case 'add-service':
    case 'edit-service':
      return { do: line.command, service: serviceName(line), settings: serviceSettings(line) };
    case 'delete-service':
      return { do: 'delete-service', service: serviceName(line) };
    case 'flush':
      return { do: 'flush' };
    case 'add-server':
    case 'edit-server':
      return {
        do: line.command,
        service: serviceName(line),
        server: serverName(line),
        settings: serverSettings(line),
      };
    case 'delete-server':
      return { do: 'delete-server', service: serviceName(line), server: serverName(line) };
    case 'zero':
      return { do: 'zero', ...(namesOneService(line) && { service: serviceName(line) }) };
    case 'set':
      return { do: 'set-timeouts', ...(line.timeouts ?? { tcp: 0, tcpFin: 0, udp: 0 }) };
    case 'start-daemon': {
      const { role = 'master', interface: name, ...settings } = line.daemon;
      const settingsWithName = { role, interface: name || DEFAULT_DAEMON_INTERFACE, ...settings };
      return { do: 'start-daemon', settings: settingsWithName };
    }
    case 'stop-daemon':
      return { do: 'stop-daemon', role: line.daemon.role ?? 'master' };
    default:
      return undefined;
  }
}

export function serviceName({ service }: CommandLine): ServiceName {
  if (service.mark !== undefined) return { mark: service.mark, isIpv6: service.isIpv6 === true };
  return { protocol: service.protocol ?? 'tcp', address: service.address ?? '0.0.0.0', port: service.port };
}

/** An address and port of nothing but zeros is taken for none. */
function namesOneService({ service, given }: CommandLine): boolean {
  if (!given.has('service-address')) return false;
  const isNothing = service.address === '0.0.0.0' || service.address === '::';
  return service.mark !== undefined || service.port !== 0 || !isNothing;
}

function serviceSettings({ service }: CommandLine): ServiceSettings {
  const { scheduler, flags, persistenceSeconds, netmask, engine } = service;
  return { scheduler: scheduler || DEFAULT_SCHEDULER, flags, persistenceSeconds, netmask, engine };
}

function serverName({ command, service, server }: CommandLine): ServerName {
  const { address = '0.0.0.0', port, method } = server;
  // DR and TUN deliver the packet as it is, so the server listens on the service's port whatever was asked for.
  const isForced = command !== 'delete-server' && service.mark === undefined && method !== METHOD.masquerade;
  return { address, port: isForced ? service.port : port };
}

function serverSettings({ server }: CommandLine): ServerSettings {
  const { method, weight, upperThreshold, lowerThreshold, tunnel, tunnelPort, tunnelChecksum } = server;
  const type = TUNNEL_NAMES.indexOf(tunnel) as ServerSettings['tunnel']['type'];
  return {
    method,
    weight,
    upperThreshold,
    lowerThreshold,
    tunnel: { type, port: tunnelPort, checksum: tunnelChecksum },
  };
}
