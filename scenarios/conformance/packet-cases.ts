/** Every case that is played packet by packet, in the order in which it is judged and shown. */
import type { PacketCase } from '../kit/packet-case.ts';
import { connectionCases } from './connection-cases.ts';
import { wireCases } from './packets/index.ts';

export const packetCases: readonly PacketCase[] = [...wireCases, ...connectionCases];
