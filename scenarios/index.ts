/** Everything that is tested, in the order in which it is judged and shown: live sessions here, and `packetCases`. */

import { balancing } from './conformance/balancing.ts';
import { counters } from './conformance/counters.ts';
import { drRequests } from './conformance/dr-requests.ts';
import { integrity } from './conformance/integrity.ts';
import { localStack } from './conformance/local-stack.ts';
import { natRequests } from './conformance/nat-requests.ts';
import { replies } from './conformance/replies.ts';
import { scheduling } from './conformance/scheduling.ts';
import { threeTiers } from './conformance/three-tiers.ts';
import { tunRequests } from './conformance/tun-requests.ts';
import { virtualAddress } from './conformance/virtual-address.ts';
import type { SessionCase } from './kit/session-case.ts';

export { packetCases } from './conformance/packet-cases.ts';

/** Cases that are judged from the traffic of a session. */
export const scenarios: readonly SessionCase[] = [
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
