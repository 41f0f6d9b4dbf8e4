/** Numbers of the kernel's helpers for programs, and of the fields of their contexts (linux/bpf.h). */

export const GET_PRANDOM_U32 = 7;
export const SMP_PROCESSOR_ID = 8;
export const SKB_STORE_BYTES = 9;
export const L4_CSUM_REPLACE = 11;
export const TAIL_CALL = 12;
export const REDIRECT = 23;
export const SKB_LOAD_BYTES = 26;
export const SKB_CHANGE_TAIL = 38;
export const XDP_ADJUST_HEAD = 44;
export const SKB_ADJUST_ROOM = 50;
export const XDP_ADJUST_TAIL = 65;
export const JIFFIES64 = 118;
export const KTIME_GET_COARSE_NS = 160;
export const XDP_BUFFER_BYTES = 188;
export const XDP_LOAD_BYTES = 189;

/** Of `L4_CSUM_REPLACE`. */
export const CSUM_PSEUDO_HEADER = 1 << 4;
export const CSUM_MANGLED_0 = 1 << 5;

/** Of `SKB_ADJUST_ROOM`. */
export const ADJUST_AT_MAC = 1;
export const ADJUST_FOR_IPV4 = 1 << 1;

/** `struct __sk_buff`. */
export const SKB = { length: 0, mark: 8, vlanPresent: 20, interface: 40, segmentBytes: 176 } as const;
/** `struct xdp_md`. */
export const XDP = { data: 0, end: 4, interface: 12 } as const;

/** What becomes of a packet: at tcx it goes on; at XDP it was to be something that failed, ends, or goes on. */
export const TCX_NEXT = -1;
export const XDP_ABORTED = 0;
export const XDP_DROP = 1;
export const XDP_PASS = 2;
export const XDP_REDIRECT = 4;
