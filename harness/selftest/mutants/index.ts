/** Every wrong director of the self-test. */
import type { WrongDirector } from '../mutant.ts';
import { connections } from './connections.ts';
import { fragments } from './fragments.ts';
import { icmp } from './icmp.ts';
import { replies } from './replies.ts';
import { requests } from './requests.ts';
import { schedulers } from './schedulers.ts';
import { services } from './services.ts';
import { tunnels } from './tunnels.ts';

export const wrongDirectors: readonly WrongDirector[] = [
  ...requests,
  ...replies,
  ...tunnels,
  ...fragments,
  ...icmp,
  ...connections,
  ...services,
  ...schedulers,
];
