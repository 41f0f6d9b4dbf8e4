/** One way to the servers among several that lie side by side, and its addresses. */

import type { Mode } from '../modes.ts';
import { MODES } from '../modes.ts';

/**
 * How packets get to a server: a `balancer` has a VIP; a `forwarder` is a router on the way to addresses that the servers
 * have for it; `direct` goes past every such machine.
 */
export type LaneKind = 'balancer' | 'forwarder' | 'direct';

export interface LaneWish {
  readonly name: string;
  readonly kind: LaneKind;
}

export interface Lane extends LaneWish {
  /** Whether a host of this lane's name stands in the director's place. */
  readonly hasMachine: boolean;
  /** Which lane of the network this is, from 0: part of its addresses. */
  readonly number: number;
  /** Address that the client's packets carry. */
  readonly source: string;
  /** What the client addresses to reach the servers: the VIP, or an address of each server. */
  readonly targets: readonly string[];
  /** The same, to reach the sink. */
  readonly sinkTarget: string;
}

/** Where machines in the director's place and servers are. */
export const PLACES = {
  nat: { machines: '10.0.1', servers: '10.0.2', gateway: '10.0.2.1' },
  dr: { machines: '10.0.2', servers: '10.0.2', gateway: '10.0.2.254' },
  tun: { machines: '10.0.2', servers: '10.0.3', gateway: '10.0.3.254' },
} as const;

/** Network of a lane that goes past every machine, where no router leads to the servers anyway. */
export const DIRECT_NETWORK = '10.0.8';

const FIRST_SOURCE = 20;
const FIRST_VIP = 100;

/** @param serverBytes last byte of each server's address. @param sinkByte of the sink's first. */
export function laneOf(
  mode: Mode,
  { name, kind }: LaneWish,
  number: number,
  serverBytes: readonly number[],
  sinkByte: number,
): Lane {
  const shared = {
    name,
    kind,
    number,
    hasMachine: kind !== 'direct',
    source: `10.0.1.${FIRST_SOURCE + number}`,
  };
  if (kind === 'balancer') {
    const vip = `${PLACES[mode].machines}.${FIRST_VIP + number}`;
    return { ...shared, targets: [vip], sinkTarget: vip };
  }
  const network = networkOf(mode, kind, number);
  return {
    ...shared,
    targets: serverBytes.map((byte) => `${network}.${byte}`),
    sinkTarget: `${network}.${sinkByte}`,
  };
}

function networkOf(mode: Mode, kind: 'forwarder' | 'direct', number: number): string {
  if (kind === 'forwarder') return `10.1.${number}`;
  return MODES[mode].repliesPassDirector ? DIRECT_NETWORK : PLACES[mode].servers;
}
