/** No director at all: the client asks the servers themselves. Nothing that balances can be faster. */
import { ALL_MODES } from '../../../lab/modes.ts';
import type { Reference } from '../director-under-test.ts';

export const direct: Reference = {
  name: 'direct',
  isReference: true,
  description: 'No director: the client asks the servers themselves',
  kind: 'direct',
  modes: ALL_MODES,
  // Frames past every machine would measure their generator.
  protocols: ['tcp'],
  unavailable: async () => undefined,
};
