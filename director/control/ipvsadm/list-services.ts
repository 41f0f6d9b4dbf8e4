/** `ipvsadm -L`: virtual services and their real servers. */
import { METHOD, METHOD_NAMES, TUNNEL_TYPE } from '../../services/forwarding-method.ts';
import { SERVICE_FLAG } from '../../services/virtual-service.ts';
import { formatIpv4 } from '../../wire/addresses.ts';
import type { ListedServer, ListedService, Traffic } from './backend/answers.ts';
import { FULL_IPV4_MASK, FULL_IPV6_PREFIX, type ListFormat } from './command-line.ts';
import type { EndpointText } from './endpoint-text.ts';
import { TUNNEL_NAMES } from './option-rules.ts';
import { hasSchedulerFlags, schedulerFlagsText } from './scheduler-flags.ts';
import { sortedServers } from './sorting.ts';

/** Width of the names of IPv4 services, of those of servers, and of what is said of a tunnel. Longer ones are cut. */
const NAME_WIDTH = 33;
const SERVER_NAME_WIDTH = 28;
const TUNNEL_WIDTH = 15;
const NO_TRAFFIC: Traffic = { counters: [0, 0, 0, 0, 0], rates: [0, 0, 0, 0, 0] };

/** By `TUNNEL_CHECKSUM`. */
const CHECKSUM_SIGNS = ['-c', '+c', 'r+c'];

/** The lines above the first service. */
export function listTitle(format: ListFormat): string {
  if (format.stats) return columnTitle(['Conns', 'InPkts', 'OutPkts', 'InBytes', 'OutBytes']);
  if (format.rate) return columnTitle(['CPS', 'InPPS', 'OutPPS', 'InBPS', 'OutBPS']);
  if (format.thresholds) return wideTitle('Uthreshold Lthreshold ActiveConn InActConn ');
  if (format.persistentConnections) return wideTitle('Weight    PersistConn ActiveConn InActConn ');
  const columns = format.tunnels ? 'Forward TunnelInfo    Weight' : 'Forward Weight';
  return (
    'Prot LocalAddress:Port Scheduler Flags\n' +
    `  -> RemoteAddress:Port           ${columns} ActiveConn InActConn\n`
  );
}

function columnTitle(columns: readonly string[]): string {
  return wideTitle(columns.map((column) => column.padStart(8)).join(' '));
}

function wideTitle(columns: string): string {
  return `${'Prot LocalAddress:Port'.padEnd(NAME_WIDTH)} ${columns}\n  -> RemoteAddress:Port\n`;
}

/** A service with its servers. */
export function listService(service: ListedService, format: ListFormat, text: EndpointText): string {
  const servers = format.unsorted ? service.servers : sortedServers(service.servers);
  const protocol = 'mark' in service ? undefined : service.protocol;
  const lines = servers.map((server) => {
    const name = text(server, protocol);
    const shown = server.address.includes(':') ? name : name.slice(0, SERVER_NAME_WIDTH);
    return `  -> ${shown.padEnd(SERVER_NAME_WIDTH)}${serverColumns(server, format)}\n`;
  });
  return `${serviceLine(service, format, text)}\n${lines.join('')}`;
}

function serviceLine(service: ListedService, format: ListFormat, text: EndpointText): string {
  const name = nameOf(service, text);
  const traffic = service.traffic ?? NO_TRAFFIC;
  if (format.stats) return name.padEnd(NAME_WIDTH) + numbers(traffic.counters, format);
  if (format.rate) return name.padEnd(NAME_WIDTH) + numbers(traffic.rates, format);
  return `${name} ${service.scheduler}${flagsText(service)}`;
}

function nameOf(service: ListedService, text: EndpointText): string {
  // Marks are printed as signed numbers.
  if ('mark' in service) return `FWM  ${service.mark | 0}${service.isIpv6 ? ' IPv6' : ''}`;
  const name = `${service.protocol.toUpperCase().padEnd(4)} ${text(service, service.protocol)}`;
  return service.address.includes(':') ? name : name.slice(0, NAME_WIDTH);
}

function flagsText(service: ListedService): string {
  const { flags, scheduler, persistenceSeconds, engine } = service;
  const parts: string[] = [];
  if (hasSchedulerFlags(flags)) parts.push(` (${schedulerFlagsText(flags, scheduler)})`);
  if (flags & SERVICE_FLAG.persistent) {
    const mask = maskOf(service);
    parts.push(` persistent ${persistenceSeconds}`);
    if (mask !== undefined) parts.push(` mask ${mask}`);
    if (engine !== '') parts.push(` pe ${engine}`);
  }
  if (flags & SERVICE_FLAG.onePacket) parts.push(' ops');
  return parts.join('');
}

/** The netmask of a service as it is written; undefined if it leaves every client by itself. */
export function maskOf(service: ListedService): string | undefined {
  const isIpv6 = 'mark' in service ? service.isIpv6 : service.address.includes(':');
  if (isIpv6) return service.netmask === FULL_IPV6_PREFIX ? undefined : String(service.netmask);
  return service.netmask === FULL_IPV4_MASK ? undefined : formatIpv4(service.netmask);
}

function serverColumns(server: ListedServer, format: ListFormat): string {
  const { method, weight, upperThreshold, lowerThreshold, active, inactive, persistent } = server;
  const { counters, rates } = server.traffic ?? NO_TRAFFIC;
  if (format.stats) return numbers(counters, format);
  if (format.rate) {
    // Only bytes are shortened here.
    const [, , , inBytes, outBytes] = rates;
    const plain = rates.slice(0, 3).map((rate) => ` ${String(rate).padStart(8)}`);
    return plain.join('') + numbers([inBytes, outBytes], format);
  }
  const connections = `${padded(active, 10)} ${padded(inactive, 10)}`;
  if (format.thresholds) return ` ${padded(upperThreshold, 10)} ${padded(lowerThreshold, 10)} ${connections}`;
  if (format.persistentConnections) return ` ${padded(weight, 9)} ${padded(persistent, 11)} ${connections}`;
  const tunnel = format.tunnels ? `${tunnelText(server).padEnd(13)} ` : '';
  return ` ${(METHOD_NAMES[method] ?? '').padEnd(7)} ${tunnel}${padded(weight, 6)} ${connections}`;
}

/** `gue:6080:+c` */
function tunnelText({ method, tunnel }: ListedServer): string {
  if (method !== METHOD.tunnel) return 'n/a';
  const { type, port, checksum } = tunnel;
  const parts = [
    TUNNEL_NAMES[type],
    ...(type === TUNNEL_TYPE.gue ? [port] : []),
    ...(type === TUNNEL_TYPE.ipip ? [] : [CHECKSUM_SIGNS[checksum]]),
  ];
  return parts.join(':').slice(0, TUNNEL_WIDTH);
}

function padded(value: number, width: number): string {
  return String(value).padEnd(width);
}

function numbers(values: readonly number[], { exact = false }: ListFormat): string {
  return values.map((value) => largeNumber(value, exact)).join('');
}

/** Width of counters and rates in lists. */
const WIDTH = 9;

const UNITS = [
  { below: 1e9, divisor: 1e3, letter: 'K' },
  { below: 1e11, divisor: 1e6, letter: 'M' },
  { below: 1e14, divisor: 1e9, letter: 'G' },
  { below: Number.POSITIVE_INFINITY, divisor: 1e12, letter: 'T' },
] as const;

const LARGEST_PLAIN = 99_999_999;

/** @param exact In full, with one blank before it where it does not fit. */
export function largeNumber(value: number, exact: boolean): string {
  const digits = String(value);
  if (exact) return digits.padStart(Math.max(WIDTH, digits.length + 1));
  if (value <= LARGEST_PLAIN) return digits.padStart(WIDTH);
  const { divisor, letter } = UNITS.find(({ below }) => value < below) ?? UNITS[3];
  return `${Math.floor(value / divisor)}${letter}`.padStart(WIDTH);
}
