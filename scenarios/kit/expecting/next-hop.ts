/** MAC addresses that frames should carry, by the topology. */

import type { Host, Topology } from '../../../lab/index.ts';
import { MODES } from '../../../lab/modes.ts';
import type { Seen } from '../packet-case.ts';

/** The frame that leaves the director towards a server: to the server itself, or to the router that leads to it. */
export function towardsServer({ mode, topology }: Seen, server: string): FrameEnds {
  const director = hostOf(topology, 'director');
  const { repliesPassDirector, serversOnLink } = MODES[mode];
  const port = repliesPassDirector ? 'eth1' : 'eth0';
  if (serversOnLink) return frameEnds(director, port, hostOf(topology, server), 'eth0');
  return frameEnds(director, 'eth0', hostOf(topology, 'router'), 'eth1');
}

/** The frame that leaves the director towards a client: to the client itself under NAT, else to the router. */
export function towardsClient({ mode, topology }: Seen): FrameEnds {
  const director = hostOf(topology, 'director');
  if (MODES[mode].repliesPassDirector) return frameEnds(director, 'eth0', hostOf(topology, 'client'), 'eth0');
  return frameEnds(director, 'eth0', hostOf(topology, 'router'), 'eth1');
}

export interface FrameEnds {
  readonly source: string;
  readonly destination: string;
}

function frameEnds(from: Host, fromPort: string, to: Host, toPort: string): FrameEnds {
  return { source: macOf(from, fromPort), destination: macOf(to, toPort) };
}

function hostOf({ hosts }: Topology, name: string): Host {
  const host = hosts.find((one) => one.name === name);
  if (host === undefined) throw new Error(`the topology has no host ${name}`);
  return host;
}

function macOf({ name, interfaces }: Host, port: string): string {
  const found = interfaces.find((one) => one.name === port);
  if (found === undefined) throw new Error(`${name} has no interface ${port}`);
  return found.mac;
}
