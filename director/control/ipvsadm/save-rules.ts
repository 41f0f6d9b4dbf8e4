/** `ipvsadm -S`: rules as the commands that make them. */
import { METHOD, TUNNEL_TYPE } from '../../services/forwarding-method.ts';
import { SERVICE_FLAG } from '../../services/virtual-service.ts';
import type { ListedServer, ListedService } from './backend/answers.ts';
import type { EndpointText } from './endpoint-text.ts';
import { maskOf } from './list-services.ts';
import { TUNNEL_NAMES } from './option-rules.ts';
import { optionOfMethod } from './option-table.ts';
import { hasSchedulerFlags, schedulerFlagsText } from './scheduler-flags.ts';
import { sortedServers } from './sorting.ts';

const SERVICE_OPTIONS = { tcp: '-t', udp: '-u', sctp: '--sctp-service' } as const;

/** By `TUNNEL_CHECKSUM`. */
const CHECKSUM_OPTIONS = ['--tun-nocsum', '--tun-csum', '--tun-remcsum'];

/** The commands that make a service and its servers. */
export function saveService(service: ListedService, text: EndpointText): string {
  const name = nameOf(service, text);
  const protocol = 'mark' in service ? undefined : service.protocol;
  const servers = sortedServers(service.servers).map((server) => {
    const method = optionOfMethod(server.method);
    return `-a ${name} -r ${text(server, protocol)} ${method} -w ${server.weight}${tunnelOptions(server)}\n`;
  });
  return `-A ${name} -s ${service.scheduler}${settingsOf(service)}\n${servers.join('')}`;
}

function nameOf(service: ListedService, text: EndpointText): string {
  // Marks are printed as signed numbers.
  if ('mark' in service) return `-f ${service.mark | 0}${service.isIpv6 ? ' -6' : ''}`;
  return `${SERVICE_OPTIONS[service.protocol]} ${text(service, service.protocol)}`;
}

function settingsOf(service: ListedService): string {
  const { flags, scheduler, persistenceSeconds, engine } = service;
  const parts: string[] = [];
  if (flags & SERVICE_FLAG.persistent) {
    const mask = maskOf(service);
    parts.push(` -p ${persistenceSeconds}`);
    if (mask !== undefined) parts.push(` -M ${mask}`);
  }
  if (engine !== '') parts.push(` --pe ${engine}`);
  if (flags & SERVICE_FLAG.onePacket) parts.push(' -o');
  if (hasSchedulerFlags(flags)) parts.push(` -b ${schedulerFlagsText(flags, scheduler)}`);
  return parts.join('');
}

/** ` --tun-type gue --tun-port 6080 --tun-csum`; empty for other methods. */
function tunnelOptions({ method, tunnel }: ListedServer): string {
  if (method !== METHOD.tunnel) return '';
  const { type, port, checksum } = tunnel;
  return [
    ` --tun-type ${TUNNEL_NAMES[type]}`,
    type === TUNNEL_TYPE.gue ? ` --tun-port ${port}` : '',
    type === TUNNEL_TYPE.ipip ? '' : ` ${CHECKSUM_OPTIONS[checksum]}`,
  ].join('');
}
