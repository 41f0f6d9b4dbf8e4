/** The formats of `case.json`, one recorded case of packets, and of `index.json`, the network that it happened in. */
import { z } from 'zod';

/** Names of the two sides of the director; the captures are named after them. */
export const SIDES = ['dc', 'dr'] as const;
export type Side = (typeof SIDES)[number];

const stepSchema = z.looseObject({
  /** A command line, or in words what somebody sent. */
  do: z.string(),
  /** The step's frames in time order: each by its number, from 1, in the capture of its side. */
  packets: z
    .array(
      z.looseObject({ pt: z.enum(SIDES), frame: z.number().int().positive(), dir: z.enum(['in', 'out']) }),
    )
    .optional(),
  /** The connection table after the step, if it was looked at: `UDP client virtual server STATE`. */
  conns: z.array(z.string()).optional(),
});

export const packetCaseSchema = z.looseObject({
  name: z.string(),
  /** Lines of `ipvsadm -R`. */
  setup: z.array(z.string()),
  /** Names without a dot are below `net.ipv4.vs`. */
  sysctls: z.record(z.string(), z.coerce.number()).optional(),
  steps: z.array(stepSchema),
});

const macAddress = z.string().regex(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/);

export const packetIndexSchema = z.looseObject({
  macs: z.looseObject({
    /** The clients' end of the client side. */
    c0: macAddress,
    dc: macAddress,
    dr: macAddress,
    rs1: macAddress,
    rs2: macAddress,
    /** The router in front of the third server. */
    t0: macAddress,
  }),
});

export type PacketCaseFile = z.infer<typeof packetCaseSchema>;
export type StationMacs = z.infer<typeof packetIndexSchema>['macs'];
