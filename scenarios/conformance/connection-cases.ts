/** Cases about scheduling, connections and rules, theme by theme. */
import type { PacketCase } from '../../harness/packets/packet-case.ts';
import { admission } from './admission.ts';
import { connectionStates } from './connection-states.ts';
import { connections } from './connections.ts';
import { deletedServers } from './deleted-servers.ts';
import { marks } from './marks.ts';
import { onePacket } from './one-packet.ts';
import { packetCounters } from './packet-counters.ts';
import { persistence } from './persistence.ts';
import { portReuse } from './port-reuse.ts';
import { rules } from './rules.ts';
import { schedulerCapacity } from './scheduler-capacity.ts';
import { schedulerEligible } from './scheduler-eligible.ts';
import { schedulerHashing } from './scheduler-hashing.ts';
import { schedulerLeast } from './scheduler-least.ts';
import { schedulerLocality } from './scheduler-locality.ts';
import { schedulerTurns } from './scheduler-turns.ts';
import { schedulerTwoChoices } from './scheduler-two-choices.ts';
import { sctp } from './sctp.ts';
import { secureTcp } from './secure-tcp.ts';
import { thresholds } from './thresholds.ts';
import { timeouts } from './timeouts.ts';
import { weights } from './weights.ts';

export const connectionCases: readonly PacketCase[] = [
  ...schedulerTurns,
  ...schedulerLeast,
  ...schedulerCapacity,
  ...schedulerHashing,
  ...schedulerLocality,
  ...schedulerTwoChoices,
  ...schedulerEligible,
  ...connections,
  ...connectionStates,
  ...timeouts,
  ...portReuse,
  ...weights,
  ...thresholds,
  ...persistence,
  ...onePacket,
  ...deletedServers,
  ...admission,
  ...marks,
  ...rules,
  ...packetCounters,
  ...secureTcp,
  ...sctp,
];
