/** Services and connections as they are listed. */
import { METHOD_MASK } from '../../../connections/flags.ts';
import type { Destination } from '../../../services/destination.ts';
import { METHOD } from '../../../services/forwarding-method.ts';
import { SERVICE_FLAG, type VirtualService } from '../../../services/virtual-service.ts';
import type { DirectorState } from '../../../state.ts';
import type { Counters, Statistics } from '../../../statistics.ts';
import { formatIpv4 } from '../../../wire/addresses.ts';
import { protocolName } from '../../../wire/ipv4.ts';
import { connectionStateName } from '../../connection-view.ts';
import type { Five, ListedConnection, ListedServer, ListedService, Traffic } from './answers.ts';
import { serverName, serviceName } from './keys.ts';
import type { ServerName, ServerSettings } from './operations.ts';

const SHOWN_FLAGS = Object.values(SERVICE_FLAG).reduce((all, bit) => all | bit, 0);

export function listedService(service: VirtualService): ListedService {
  return {
    ...serviceName(service),
    scheduler: service.scheduler.name,
    flags: service.flags & SHOWN_FLAGS,
    persistenceSeconds: service.persistenceMs / 1000,
    netmask: service.netmask,
    engine: service.engine ?? '',
    servers: service.destinations.map(listedServer),
    ...trafficOf(service.statistics),
  };
}

function listedServer(destination: Destination): ListedServer {
  return {
    ...serverName(destination),
    method: destination.method as ServerSettings['method'],
    weight: destination.weight,
    upperThreshold: destination.upperThreshold,
    lowerThreshold: destination.lowerThreshold,
    tunnel: destination.tunnel,
    active: destination.activeConnections,
    inactive: destination.inactiveConnections,
    persistent: destination.persistentConnections,
    ...trafficOf(destination.statistics),
  };
}

function trafficOf(statistics: Statistics): { traffic?: Traffic } {
  const counters = five(statistics.shown);
  const rates = five(statistics.rates);
  const isQuiet = [...counters, ...rates].every((value) => value === 0);
  return isQuiet ? {} : { traffic: { counters, rates } };
}

function five({ connections, inPackets, outPackets, inBytes, outBytes }: Readonly<Counters>): Five {
  return [connections, inPackets, outPackets, inBytes, outBytes];
}

export function listedConnection(
  { connections, services }: DirectorState,
  row: number,
  nowMs: number,
): ListedConnection {
  const { table } = connections;
  const protocol = table.protocol[row] as number;
  const destination = services.destination(table.destination[row] as number);
  const bypasses = ((table.flags[row] as number) & METHOD_MASK) === METHOD.bypass;
  const server = endpoint(table.serverAddress[row] as number, table.serverPort[row] as number);
  return {
    ...(protocol === 0
      ? {}
      : { protocol: protocolName(protocol) as NonNullable<ListedConnection['protocol']> }),
    state: connectionStateName(table, row),
    expiresInMs: Math.max(0, (table.expiresAtMs[row] as number) - nowMs),
    client: endpoint(table.clientAddress[row] as number, table.clientPort[row] as number),
    virtual: endpoint(table.virtualAddress[row] as number, table.virtualPort[row] as number),
    server: bypasses ? endpoint(0, 0) : { ...server, address: destination?.ipv6 ?? server.address },
  };
}

function endpoint(address: number, port: number): ServerName {
  return { address: formatIpv4(address), port };
}
