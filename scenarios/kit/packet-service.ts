/** The virtual service that packet cases ask: TCP and UDP on one port of the VIP, with as few servers as a case needs. */

import type { Mode, Topology } from '../../lab/index.ts';
import type { Endpoint } from './expecting/rewritten-packet.ts';
import type { Stage } from './stage.ts';

export const SERVICE_PORT = 8000;
/** What NAT maps the service’s port to. DR and TUN cannot map it: the packet that says VIP:8000 reaches the server whole. */
const NAT_SERVER_PORT = 9001;

export function serverPort(mode: Mode, servicePort = SERVICE_PORT): number {
  return mode === 'nat' && servicePort === SERVICE_PORT ? NAT_SERVER_PORT : servicePort;
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

export interface ServiceOptions {
  readonly port?: number;
  /** Numbers of the real servers, in the order in which they are added: rs1 alone unless given. */
  readonly servers?: readonly number[];
  /** rr unless given. */
  readonly scheduler?: string;
  /** Options of each server besides its address and the forwarding method, such as `-w 0` or `--tun-type gre`. */
  readonly serverOptions?: string;
}

/** Adds the service for TCP and for UDP. */
export async function addService(stage: Stage, options: ServiceOptions = {}): Promise<void> {
  const { port = SERVICE_PORT, servers = [1], scheduler = 'rr', serverOptions = '' } = options;
  const target = serverPort(stage.mode, port);
  const lines = ['-t', '-u'].flatMap((protocol) => [
    `-A ${protocol} ${stage.vip}:${port} -s ${scheduler}`,
    ...servers.map((server) => {
      const { address } = serverEndpoint(stage, server);
      return `-a ${protocol} ${stage.vip}:${port} -r ${address}:${target} ${stage.method} ${serverOptions}`.trim();
    }),
  ]);
  await stage.director.rules(...lines);
}
