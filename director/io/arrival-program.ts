/**
 * The BPF program that lets a packet arrive on the interface that it once came in by. It runs where the stack's port
 * receives (tcx ingress); the packet's mark says which interface that is. So the machine's firewall, its reverse-path
 * filtering and its VRFs see what they would see if the director had never had the packet.
 */
import { assemble, type Instruction, OP } from '../../native/bpf/assembler.ts';
import { attachAtIngress, loadProgram } from '../../native/bpf/program.ts';

/**
 * Mark of a packet on its way to that interface. The director's sockets there do not take it a second time, and its guard
 * takes the mark away and lets it pass.
 */
export const HANDED_BACK_MARK = 0x6c767362;

/** Offset of the mark in `struct __sk_buff`. */
const MARK = 8;
const REDIRECT = 23;
const BPF_F_INGRESS = 1;
const TCX_NEXT = -1;

const PROGRAM: readonly Instruction[] = [
  { op: OP.moveRegister, destination: 6, source: 1 },
  { op: OP.loadWord, destination: 7, source: 6, offset: MARK },
  { op: OP.jumpIfNotEqual, destination: 7, immediate: 0, offset: 2 },
  // Without a mark it arrives here.
  { op: OP.moveImmediate, destination: 0, immediate: TCX_NEXT },
  { op: OP.exit },
  { op: OP.moveImmediate, destination: 2, immediate: HANDED_BACK_MARK },
  { op: OP.storeWord, destination: 6, source: 2, offset: MARK },
  { op: OP.moveRegister, destination: 1, source: 7 },
  { op: OP.moveImmediate, destination: 2, immediate: BPF_F_INGRESS },
  { op: OP.call, immediate: REDIRECT },
  { op: OP.exit },
];

/** Attaches it. @throws BpfError before Linux 6.6, and without the right to load programs. */
export function attachArrivalProgram(interfaceName: string): number {
  return attachAtIngress(loadProgram(assemble(PROGRAM)), interfaceName);
}
