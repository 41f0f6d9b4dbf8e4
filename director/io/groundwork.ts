/** What a director can find out while another one still balances, so that packets wait for less when it takes over. */
import type { NetworkSnapshot } from '../network/snapshot.ts';
import { readKernelNetwork } from './kernel-network.ts';
import { NetworkChanges } from './network-changes.ts';

export interface Groundwork {
  readonly network: NetworkSnapshot;
  /** Has what has changed since. */
  readonly changes: NetworkChanges;
}

export async function layGroundwork(): Promise<Groundwork> {
  // Subscribed before the first look, so that no change falls between the two.
  const changes = new NetworkChanges();
  return { changes, network: await readKernelNetwork() };
}
