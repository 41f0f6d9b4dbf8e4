/** What is said over a director's control socket: one JSON object a line, each way. */
import { z } from 'zod';
import type { Share } from '../../native/packet-filter.ts';
import type { Descriptors } from '../handover/descriptors.ts';
import { operationSchema } from './ipvsadm/backend/operation-schema.ts';
import { PROTOCOL_VERSION } from './socket.ts';

const fd = z.int().nonnegative();
const count = z.int().nonnegative();
const SHARES: Readonly<Record<Share, Share>> = {
  everything: 'everything',
  handshakes: 'handshakes',
  'all but handshakes': 'all but handshakes',
};
const descriptorsSchema = z.strictObject({
  rings: z.array(
    z.strictObject({
      fd,
      interfaceIndex: z.int().positive(),
      linkHeaderBytes: count,
      share: z.enum(SHARES),
      slotBytes: count,
      slots: count,
    }),
  ),
  fastPath: z.strictObject({ flows: fd, board: fd, counters: fd, links: z.array(fd) }).optional(),
}) satisfies z.ZodType<Descriptors>;

export const requestSchema = z.discriminatedUnion('method', [
  /** Asks for the state of the director, with or without each of its connections. */
  z.strictObject({
    version: z.literal(PROTOCOL_VERSION),
    method: z.literal('snapshot'),
    connections: z.boolean().default(true),
  }),
  /** Carries out rules in the language of `ipvsadm -R`. All of them, or none where one does not parse. */
  z.strictObject({ version: z.literal(PROTOCOL_VERSION), method: z.literal('apply'), rules: z.string() }),
  /** Marks packets as netfilter would: what goes to `dst` (and `dport`) carries the firewall mark `set` from now on. */
  z.strictObject({
    version: z.literal(PROTOCOL_VERSION),
    method: z.literal('mark'),
    dst: z.string(),
    proto: z.string().optional(),
    dport: z.string().optional(),
    set: z.string(),
  }),
  /** Asks for the settings. */
  z.strictObject({ version: z.literal(PROTOCOL_VERSION), method: z.literal('get') }),
  /** Changes a setting: `NAME=VALUE`. */
  z.strictObject({ version: z.literal(PROTOCOL_VERSION), method: z.literal('set'), setting: z.string() }),
  /** Carries out what `ipvsadm` asks, in order; the answer holds one for each. */
  z.strictObject({
    version: z.literal(PROTOCOL_VERSION),
    method: z.literal('ipvs'),
    operations: z.array(operationSchema),
  }),
  /** Forgets everything, as taking IPVS out of the kernel and putting it back would. Answered when that is done. */
  z.strictObject({ version: z.literal(PROTOCOL_VERSION), method: z.literal('reset') }),
  /** Answered when what had come in by then has been dealt with, and what is due by time has been done. */
  z.strictObject({ version: z.literal(PROTOCOL_VERSION), method: z.literal('settle') }),
  /** Asks where the director has what another one can go on with, and that a process may take it. */
  z.strictObject({
    version: z.literal(PROTOCOL_VERSION),
    method: z.literal('inheritance'),
    pid: z.int().positive(),
  }),
  /**
   * Ends the director once it has left everything for another one to go on with, which has taken that. Answered when that
   * can begin, or that the other one has not taken all that there is by now, and the director goes on.
   */
  z.strictObject({
    version: z.literal(PROTOCOL_VERSION),
    method: z.literal('handover'),
    descriptors: descriptorsSchema.optional(),
  }),
  /** Ends the director. */
  z.strictObject({ version: z.literal(PROTOCOL_VERSION), method: z.literal('stop') }),
]);

export type Request = z.infer<typeof requestSchema>;

/** Longest request that is read, in characters. */
export const MAX_REQUEST_LENGTH = 16 * 1024 * 1024;

export type Response =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly error: string };
