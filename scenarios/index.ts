/** Every conformance case, in the order in which they are judged and shown. */

import { commandCases } from './conformance/commands/index.ts';
import { connectionCases } from './conformance/connections/index.ts';
import { laterCases } from './conformance/later.ts';
import { forwardingCases } from './conformance/packets/index.ts';
import { persistenceCases } from './conformance/persistence/index.ts';
import { ruleCases } from './conformance/rules/index.ts';
import { schedulerCases } from './conformance/schedulers/index.ts';
import type { PacketCase } from './kit/packet-case.ts';

export { sessionCases } from './conformance/session/index.ts';

/** Cases with scripted hosts. A case's place in this list determines its addresses. */
export const packetCases: readonly PacketCase[] = [
  ...forwardingCases,
  ...schedulerCases,
  ...connectionCases,
  ...persistenceCases,
  ...ruleCases,
  ...commandCases,
  ...laterCases,
];
