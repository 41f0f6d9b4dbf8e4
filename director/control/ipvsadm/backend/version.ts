/** What the kernel's side says of itself: version 1.2.1. */
export const IPVS_VERSION = 0x01_02_01;

/** The size of the kernel's connection table, in buckets, that lists begin with. */
export const TABLE_SIZE = 4096;
