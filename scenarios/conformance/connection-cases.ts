/** Cases about scheduling, connections and rules, theme by theme. */
import type { PacketCase } from '../../harness/packets/packet-case.ts';
import { connectionStates } from './connection-states.ts';
import { schedulerCapacity } from './scheduler-capacity.ts';
import { schedulerHashing } from './scheduler-hashing.ts';
import { schedulerLeast } from './scheduler-least.ts';
import { schedulerLocality } from './scheduler-locality.ts';
import { schedulerTurns } from './scheduler-turns.ts';
import { sctp } from './sctp.ts';
import { secureTcp } from './secure-tcp.ts';

export const connectionCases: readonly PacketCase[] = [
  ...schedulerTurns,
  ...schedulerLeast,
  ...schedulerCapacity,
  ...schedulerHashing,
  ...schedulerLocality,
  ...connectionStates,
  ...secureTcp,
  ...sctp,
];
