/** The network cards of a guest, in QEMU's options. */
import type { Interface } from '../topology.ts';

/** Every offload of the card: what it sends is on the wire as it is. */
const OFFLOADS = ['csum', 'gso', 'guest_csum', 'mrg_rxbuf']
  .concat(['tso4', 'tso6', 'ecn', 'ufo'].flatMap((name) => [`guest_${name}`, `host_${name}`]))
  .map((name) => `${name}=off`);

/** @param backend What the card is connected with, as `GuestPlace.backend` says it. */
export function cardOptions({ name, mac }: Interface, backend: string): string[] {
  const device = ['virtio-net-pci', `netdev=${name}`, `mac=${mac}`, 'romfile=', ...OFFLOADS].join();
  return ['-netdev', `${backend},id=${name}`, '-device', device];
}
