/** Schedulers that remember something, in a director whose process is replaced by another one. */

import type { PacketCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { MANY_DESTINATIONS, sequenceCase } from './sequences/sequence-case.ts';

/** What each one would have to begin anew with if it forgot. */
const REMEMBERED = [
  { scheduler: 'rr', what: 'whose turn it is' },
  { scheduler: 'wrr', what: 'the bar of its round, and who comes next under it' },
  { scheduler: 'mh', what: 'which server has which slot of its table' },
  { scheduler: 'lblc', what: 'the server of each destination address', destinations: MANY_DESTINATIONS },
  { scheduler: 'lblcr', what: 'the servers of each destination address', destinations: MANY_DESTINATIONS },
] as const;

export const takenOver: readonly PacketCase[] = REMEMBERED.map(({ scheduler, what, ...more }) =>
  sequenceCase(
    {
      name: `scheduler/${scheduler}/taken-over`,
      title: `${scheduler}: goes on where it was when another process takes over`,
      requirement: `What IPVS remembers outlives every process that sets it up, as it is the kernel’s. A director that is a process hands on ${what}: the decisions of ${scheduler} after another one has taken over are those that would have been made.`,
      sources: [kernel('schedulers: what all have in common, §2.1')],
    },
    { scheduler, weights: [5, 3, 4], connections: 240, heldAtMost: 30, isTakenOver: true, ...more },
  ),
);
