/**
 * Cables in the place of a host's interfaces: what the host's kernel had of them belongs to whoever is at their other ends, and its
 * namespace keeps no address.
 */
import type { Host, Interface } from '../topology.ts';

/** A locally administered address (IEEE 802) that no interface of a lab has. */
const bystander = (at: number) => `02:00:00:00:ff:${at.toString(16).padStart(2, '0')}`;
const cableOf = ({ name }: Interface) => `cable-${name}`;

/** Lines of `ip -batch`, in the host's namespace: what comes in at its interfaces goes into cables, and the other way. */
export function cableLines({ interfaces }: Host): string[] {
  return interfaces.flatMap((own, at) => [
    `address flush dev ${own.name}`,
    // A bridge keeps what is for the address of one of its own ports.
    `link set ${own.name} address ${bystander(at)}`,
    `link add ${cableOf(own)} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`,
    `link set ${own.name} master ${cableOf(own)}`,
    `link set ${cableOf(own)} up`,
  ]);
}

/** A line of `ip -batch` that plugs a device into the cable of an interface. */
export function plugLine(own: Interface, device: string): string {
  return `link set ${device} mtu ${own.mtu ?? 1500} master ${cableOf(own)} up`;
}
