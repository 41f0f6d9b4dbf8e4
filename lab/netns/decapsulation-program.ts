/**
 * The BPF program that takes off the outer IPv4 header of an IP-in-IP packet (RFC 2003) for one address.
 *
 * It runs at tcx ingress: after packet taps, so a capture shows what came over the wire, and before the IP stack, so
 * the stack sees the inner packet only. It looks at whole packets to the given address with protocol 4 and a
 * header of 20 bytes; everything else goes on as it came. Fragments of a tunnelled packet do too, the first included:
 * only after reassembly would there be an inner packet to deliver.
 */

import { asLoaded, assemble, type Instruction, OP, TO_END } from '../../native/bpf/assembler.ts';
import {
  ADJUST_AT_MAC,
  REDIRECT,
  SKB_ADJUST_ROOM,
  SKB_LOAD_BYTES,
  TCX_NEXT,
} from '../../native/bpf/kernel-numbers.ts';

/** Offsets in an Ethernet frame. */
const ETHERTYPE = 12;
const IP = 14;
const IP_FLAGS_AND_FRAGMENT = IP + 6;
const IP_PROTOCOL = IP + 9;
const IP_DESTINATION = IP + 16;
const IP_BYTES = 20;

/** Where the copy of the frame's head begins, below the frame pointer: so that the IP header's words are aligned. */
const HEAD = -38;

/** Of `REDIRECT` (linux/bpf.h). */
const BPF_F_INGRESS = 1;

/**
 * @param address the server's own address, for example `10.0.3.11`.
 * @param arrivesAt index of the interface on which the inner packet is to arrive; where it came in if absent.
 * @returns instructions as the kernel takes them, 8 bytes each, for little-endian machines (x64, arm64).
 */
export function decapsulationProgram(address: string, arrivesAt?: number): Uint8Array {
  return assemble([
    // r6 keeps the packet; its head is copied, as a frame may be spread over pages.
    { op: OP.moveRegister, destination: 6, source: 1 },
    { op: OP.moveImmediate, destination: 2, immediate: 0 },
    { op: OP.moveRegister, destination: 3, source: 10 },
    { op: OP.addImmediate, destination: 3, immediate: HEAD },
    { op: OP.moveImmediate, destination: 4, immediate: IP + IP_BYTES },
    { op: OP.call, immediate: SKB_LOAD_BYTES },
    { op: OP.jumpIfNegative, destination: 0, offset: TO_END, immediate: 0 },
    { op: OP.loadHalf, destination: 1, source: 10, offset: HEAD + ETHERTYPE },
    { op: OP.jumpIfNotEqual, destination: 1, offset: TO_END, immediate: asLoaded([0x08, 0x00]) },
    { op: OP.loadByte, destination: 1, source: 10, offset: HEAD + IP },
    { op: OP.jumpIfNotEqual, destination: 1, offset: TO_END, immediate: 0x45 },
    { op: OP.loadByte, destination: 1, source: 10, offset: HEAD + IP_PROTOCOL },
    { op: OP.jumpIfNotEqual, destination: 1, offset: TO_END, immediate: 4 },
    // Neither "more fragments" nor a fragment offset.
    { op: OP.loadHalf, destination: 1, source: 10, offset: HEAD + IP_FLAGS_AND_FRAGMENT },
    { op: OP.andImmediate, destination: 1, immediate: asLoaded([0x3f, 0xff]) },
    { op: OP.jumpIfNotEqual, destination: 1, offset: TO_END, immediate: 0 },
    { op: OP.loadWord, destination: 1, source: 10, offset: HEAD + IP_DESTINATION },
    {
      op: OP.jumpIfNotEqual32,
      destination: 1,
      offset: TO_END,
      immediate: asLoaded(address.split('.').map(Number)),
    },
    { op: OP.moveRegister, destination: 1, source: 6 },
    { op: OP.moveImmediate, destination: 2, immediate: -IP_BYTES },
    { op: OP.moveImmediate, destination: 3, immediate: ADJUST_AT_MAC },
    { op: OP.moveImmediate, destination: 4, immediate: 0 },
    { op: OP.call, immediate: SKB_ADJUST_ROOM },
    ...(arrivesAt === undefined ? [] : redirectTo(arrivesAt)),
    // The end: whether or not anything was taken off, the packet goes on.
    { op: OP.moveImmediate, destination: 0, immediate: TCX_NEXT },
    { op: OP.exit },
  ]);
}

/** The packet arrives anew, on another interface. */
function redirectTo(interfaceIndex: number): Instruction[] {
  return [
    { op: OP.moveImmediate, destination: 1, immediate: interfaceIndex },
    { op: OP.moveImmediate, destination: 2, immediate: BPF_F_INGRESS },
    { op: OP.call, immediate: REDIRECT },
    { op: OP.exit },
  ];
}
