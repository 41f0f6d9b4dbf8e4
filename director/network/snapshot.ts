/** What the director knows of the machine it runs on: ports and addresses. Given to it; for routes it asks a `RouteSource`. */
import type { Ipv4Address, MacAddress } from '../wire/addresses.ts';
import type { NeighbourLimits } from './neighbour-limits.ts';

export interface PortAddress {
  readonly address: Ipv4Address;
  readonly prefixLength: number;
}

/** A network interface. */
export interface Port {
  /** Interface index, the number that frames carry. */
  readonly index: number;
  readonly name: string;
  /** Bytes of the link's header in front of every packet: Ethernet's, or 0 on a link without one (tun, WireGuard, ipip, ppp). */
  readonly linkHeaderBytes: number;
  /** All zeros on a link without a header. */
  readonly mac: MacAddress;
  /** Largest IP packet in bytes. */
  readonly mtuBytes: number;
  /** Primary address first. */
  readonly addresses: readonly PortAddress[];
  /** On a link where nobody is asked (no ARP): the destination MAC of all frames. */
  readonly neighbourMac?: MacAddress | undefined;
}

/** Addresses that have their first bits in common. */
export interface NetworkPrefix {
  readonly network: Ipv4Address;
  readonly prefixLength: number;
}

export interface NetworkSnapshot {
  readonly ports: readonly Port[];
  /** Interfaces that are down. They are claimed all the same: their first frames come before it is noticed that they are up. */
  readonly downPorts?: readonly Pick<Port, 'index' | 'name'>[];
  /** Names of interfaces that the director cannot use; none if absent. */
  readonly unusablePorts?: readonly string[];
  /** Every address that the local stack takes packets for, those on `lo` included. */
  readonly localAddresses: readonly Ipv4Address[];
  /** Whole networks of such addresses, as routes of the type `local` make them; none if absent. */
  readonly localNetworks?: readonly NetworkPrefix[];
  /** Policy rules that packets of the director are not routed by, in words; none if absent. */
  readonly unheededRules?: readonly string[];
  /** net.ipv4.ip_forward: NAT's replies are forwarded packets and need it; requests do not. */
  readonly ipForward: boolean;
  /** net.ipv4.ipfrag_time: how long fragments wait for the rest of their datagram; 30 seconds if absent. */
  readonly fragmentTimeoutMs?: number;
  /** net.ipv4.neigh.default.gc_thresh1 to 3; the kernel's defaults if absent, as in every network namespace but the first. */
  readonly neighbourLimits?: NeighbourLimits;
}

export const EMPTY_NETWORK: NetworkSnapshot = { ports: [], localAddresses: [], ipForward: false };
