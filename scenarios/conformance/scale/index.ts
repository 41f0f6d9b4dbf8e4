/** Tables that are large: connections, servers, services. */
import type { PacketCase } from '../../kit/packet-case.ts';
import { manyConnections } from './connections.ts';
import { inTurn } from './in-turn.ts';
import { lookAlikes } from './look-alikes.ts';
import { manyServices } from './services.ts';

export const scaleCases: readonly PacketCase[] = [
  ...manyConnections,
  ...manyServices,
  ...lookAlikes,
  ...inTurn,
];
