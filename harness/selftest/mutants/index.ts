/** Every mutant of the self-test. */
import type { Mutant } from '../mutant.ts';
import { connections } from './connections.ts';
import { fragments } from './fragments.ts';
import { icmp } from './icmp.ts';
import { replies } from './replies.ts';
import { requests } from './requests.ts';
import { schedulers } from './schedulers.ts';
import { services } from './services.ts';
import { tunnels } from './tunnels.ts';

export const mutants: readonly Mutant[] = [
  ...requests,
  ...replies,
  ...tunnels,
  ...fragments,
  ...icmp,
  ...connections,
  ...services,
  ...schedulers,
];
