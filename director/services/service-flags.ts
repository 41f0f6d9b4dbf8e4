/** Bits of a service's `flags` (numbers as in the kernel). What SCHED1 to SCHED3 mean is up to the scheduler. */
export const SERVICE_FLAG = {
  /** A client stays with its server. */
  persistent: 0x01,
  /** Every UDP datagram is scheduled by itself. */
  onePacket: 0x04,
  sched1: 0x08,
  sched2: 0x10,
  sched3: 0x20,
} as const;

/** Names that `-b` takes. */
export const SCHEDULER_FLAG_NAMES: Readonly<Record<string, number>> = {
  'flag-1': SERVICE_FLAG.sched1,
  'flag-2': SERVICE_FLAG.sched2,
  'flag-3': SERVICE_FLAG.sched3,
  'sh-fallback': SERVICE_FLAG.sched1,
  'sh-port': SERVICE_FLAG.sched2,
  'mh-fallback': SERVICE_FLAG.sched1,
  'mh-port': SERVICE_FLAG.sched2,
};
