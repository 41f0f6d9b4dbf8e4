/** What is balanced in a lane: HTTP to the real servers, and datagrams to the sink. */
import type { Lane, LaneNetwork, Mode } from '../../lab/index.ts';
import { MODES } from '../../lab/modes.ts';
import type { BalancedService } from '../directors/director-under-test.ts';

export const SERVERS = 3;

export interface ServicePorts {
  readonly http: number;
  /** Where servers listen. It differs where the mode can map ports. */
  readonly httpServer: number;
  readonly datagrams: number;
}

export function portsIn(mode: Mode): ServicePorts {
  return { http: 80, httpServer: MODES[mode].rewritesAddresses ? 8080 : 80, datagrams: 5300 };
}

export function balancedServices(
  mode: Mode,
  { topology, sinks }: LaneNetwork,
  lane: Lane,
): BalancedService[] {
  const ports = portsIn(mode);
  const address = lane.targets[0] as string;
  return [
    {
      protocol: 'tcp',
      address,
      port: ports.http,
      scheduler: 'rr',
      servers: topology.realServers.map(({ rip }) => ({ address: rip, port: ports.httpServer, weight: 1 })),
    },
    {
      protocol: 'udp',
      address,
      port: ports.datagrams,
      scheduler: 'rr',
      servers: sinks.map((rip) => ({ address: rip, port: ports.datagrams, weight: 1 })),
    },
  ];
}
