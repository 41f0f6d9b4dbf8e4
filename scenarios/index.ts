/** Everything that is tested, in the order in which it is judged and shown. */
import type { Scenario } from '../harness/scenario.ts';
import { balancing } from './conformance/balancing.ts';
import { integrity } from './conformance/integrity.ts';
import { localStack } from './conformance/local-stack.ts';
import { replies } from './conformance/replies.ts';
import { requestRewriting } from './conformance/request-rewriting.ts';
import { threeTiers } from './conformance/three-tiers.ts';
import { virtualAddress } from './conformance/virtual-address.ts';

export const scenarios: readonly Scenario[] = [
  ...requestRewriting,
  ...replies,
  ...virtualAddress,
  ...integrity,
  ...balancing,
  ...threeTiers,
  ...localStack,
];
