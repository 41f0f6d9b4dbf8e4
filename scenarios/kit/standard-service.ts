/** The service of cases that are about packets, whatever the service: TCP and UDP on one port of the VIP. */

import type { Mode, Topology } from '../../lab/index.ts';
import { MODES } from '../../lab/modes.ts';
import type { Endpoint } from './expecting/rewritten-packet.ts';
import { Service, type ServiceSetup } from './service.ts';
import type { Stage } from './stage.ts';

export const SERVICE_PORT = 8000;
/** What NAT maps the service’s port to. DR and TUN cannot map it: the packet that says VIP:8000 reaches the server whole. */
const NAT_SERVER_PORT = 9001;

export function serverPort(mode: Mode, servicePort = SERVICE_PORT): number {
  return MODES[mode].rewritesAddresses && servicePort === SERVICE_PORT ? NAT_SERVER_PORT : servicePort;
}

/** Where requests for rs1, rs2, … go under NAT, and where their replies come from. */
export function serverEndpoint(
  { topology, mode }: { readonly topology: Topology; readonly mode: Mode },
  server = 1,
): Endpoint {
  const rip = topology.realServers[server - 1]?.rip;
  if (rip === undefined) throw new Error(`the topology has no rs${server}`);
  return { address: rip, port: serverPort(mode) };
}

/**
 * Adds a service for TCP and for UDP, as far as the director has them: on port 8000 and with rs1 alone unless told otherwise.
 */
export async function addStandardService(stage: Stage, setup: ServiceSetup = {}): Promise<void> {
  const { port = SERVICE_PORT, servers = [{}] } = setup;
  const both = { ...setup, port, servers, serverPort: serverPort(stage.mode, port) };
  for (const protocol of ['tcp', 'udp'] as const) {
    if (stage.director.offers(`protocol/${protocol}`)) await Service.add(stage, { ...both, protocol });
  }
}
