import type { Mode } from '../modes.ts';
import type { Topology } from '../topology.ts';
import { dr } from './dr.ts';
import { nat } from './nat.ts';
import type { TopologyOptions } from './parts.ts';
import { tun } from './tun.ts';

/** The network for each forwarding mode. */
export const topologies: Readonly<Record<Mode, (options: TopologyOptions) => Topology>> = { nat, dr, tun };

export {
  type Lane,
  type LaneKind,
  type LaneNetwork,
  type LaneWish,
  laneNetwork,
  SINK,
  wayOut,
} from './lanes.ts';
export { DEFAULT_SERVERS, MAX_SERVERS, STORE_ADDRESS, type TopologyOptions } from './parts.ts';
