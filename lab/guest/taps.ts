/** Taps in the place of a host's interfaces: what the host's kernel had is QEMU's, and its namespace keeps no address. */
import type { LabHost } from '../netns/host.ts';
import type { Interface } from '../topology.ts';

/** A locally administered address (IEEE 802) that no interface of a lab has. */
const bystander = (at: number) => `02:00:00:00:ff:${at.toString(16).padStart(2, '0')}`;
export const tapOf = ({ name }: Interface) => `tap-${name}`;

/** Has what comes in at the host's interfaces go to taps, and the other way, instead of into the kernel's stack. */
export async function layCables(host: LabHost): Promise<void> {
  const lines = host.spec.interfaces.flatMap((own, at) => [
    `address flush dev ${own.name}`,
    // A bridge keeps what is for the address of one of its own ports.
    `link set ${own.name} address ${bystander(at)}`,
    `link add cable-${own.name} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`,
    `tuntap add ${tapOf(own)} mode tap`,
    // What comes in faster than the guest takes it waits, as all that a case sends does.
    `link set ${tapOf(own)} txqueuelen 10000`,
    `link set ${tapOf(own)} mtu ${own.mtu ?? 1500} master cable-${own.name} up`,
    `link set ${own.name} master cable-${own.name}`,
    `link set cable-${own.name} up`,
  ]);
  await host.run('ip', ['-batch', '-'], { input: `${lines.join('\n')}\n` });
}
