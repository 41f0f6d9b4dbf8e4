/** A plain router in the director's place: the kernel forwards (net.ipv4.ip_forward), and nothing is balanced. */
import { ALL_MODES } from '../../../lab/modes.ts';
import type { Reference } from '../director-under-test.ts';

export const forward: Reference = {
  name: 'forward',
  isReference: true,
  description: 'A router in the director’s place: the kernel forwards, nothing is balanced',
  kind: 'forwarder',
  modes: ALL_MODES,
  protocols: ['tcp', 'udp'],
  unavailable: async () => undefined,
};
