import type { Mode, Topology } from '../topology.ts';
import { dr } from './dr.ts';
import { nat } from './nat.ts';
import type { TopologyOptions } from './parts.ts';
import { tun } from './tun.ts';

/** The network for each forwarding mode. */
export const topologies: Readonly<Record<Mode, (options: TopologyOptions) => Topology>> = { nat, dr, tun };

export { DEFAULT_SERVERS, MAX_SERVERS, STORE_ADDRESS, type TopologyOptions } from './parts.ts';
