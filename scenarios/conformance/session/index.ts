/** Cases that are judged from the captures of a whole session between real hosts. */
import type { SessionCase } from '../../kit/session-case.ts';
import { balancing } from './balancing.ts';
import { counters } from './counters.ts';
import { drRequests } from './dr-requests.ts';
import { integrity } from './integrity.ts';
import { localStack } from './local-stack.ts';
import { natRequests } from './nat-requests.ts';
import { replies } from './replies.ts';
import { scheduling } from './scheduling.ts';
import { threeTiers } from './three-tiers.ts';
import { tunRequests } from './tun-requests.ts';
import { virtualAddress } from './virtual-address.ts';

export const sessionCases: readonly SessionCase[] = [
  ...natRequests,
  ...drRequests,
  ...tunRequests,
  ...replies,
  ...virtualAddress,
  ...integrity,
  ...balancing,
  ...counters,
  ...scheduling,
  ...threeTiers,
  ...localStack,
];
