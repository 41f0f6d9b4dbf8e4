/** The few system calls that tell whether BPF programs and AF_XDP sockets work. Loaded by `bpf-child.ts` only. */
import { getSystemErrorName } from 'node:util';
import koffi from 'koffi';

const libc = koffi.load('libc.so.6');

koffi.struct('ProgLoad', {
  progType: 'uint32_t',
  instructionCount: 'uint32_t',
  instructions: 'const uint8_t *',
  license: 'const char *',
});
koffi.struct('LinkCreate', {
  progFd: 'uint32_t',
  targetIfindex: 'uint32_t',
  attachType: 'uint32_t',
  flags: 'uint32_t',
});
const PROG_LOAD_BYTES = 24;
const LINK_CREATE_BYTES = 16;

const nameToIndex = libc.func('unsigned int if_nametoindex(const char *name)');
const progLoad = libc.func('syscall', 'long', ['long', 'int', 'ProgLoad *', 'uint32_t']);
const linkCreate = libc.func('syscall', 'long', ['long', 'int', 'LinkCreate *', 'uint32_t']);
const socket = libc.func('int socket(int family, int type, int protocol)');
const setsockopt = libc.func(
  'int setsockopt(int fd, int level, int name, const uint8_t *value, uint32_t bytes)',
);
const bind = libc.func('int bind(int fd, const uint8_t *address, uint32_t bytes)');
const mmap = libc.func(
  'void *mmap(void *at, size_t bytes, int protection, int flags, int fd, int64_t offset)',
);

const SYS_BPF: Partial<Record<NodeJS.Architecture, number>> = { x64: 321, arm64: 280 };
const BPF_PROG_LOAD = 5;
const BPF_LINK_CREATE = 28;

/** `r0 = 2; exit`: XDP_PASS for XDP, TC_ACT_SHOT for tcx. Nothing is ever sent through it. */
const RETURN_2 = Buffer.from('b700000002000000' + '9500000000000000', 'hex');

export function interfaceIndex(name: string): number {
  return check(`if_nametoindex(${name})`, nameToIndex(name) || -1);
}

/** Loads the smallest program of this type and attaches it; both go with the process. Throws what the kernel said. */
export function attachBpf(ifindex: number, programType: number, attachType: number): void {
  const number = SYS_BPF[process.arch];
  if (number === undefined) throw new Error(`bpf: system call number unknown on ${process.arch}`);
  const program = { progType: programType, instructionCount: 2, instructions: RETURN_2, license: 'GPL' };
  const progFd = check('BPF_PROG_LOAD', progLoad(number, BPF_PROG_LOAD, program, PROG_LOAD_BYTES));
  const link = { progFd, targetIfindex: ifindex, attachType, flags: 0 };
  check('BPF_LINK_CREATE', linkCreate(number, BPF_LINK_CREATE, link, LINK_CREATE_BYTES));
}

const AF_XDP = 44;
const SOCK_RAW = 3;
const SOL_XDP = 283;
const XDP_RX_RING = 2;
const XDP_UMEM_REG = 4;
const XDP_UMEM_FILL_RING = 5;
const XDP_UMEM_COMPLETION_RING = 6;
const PROT_READ_WRITE = 3;
const MAP_PRIVATE_ANONYMOUS = 0x22;
const CHUNK_BYTES = 4096;
const CHUNKS = 16;

/** Binds an AF_XDP socket with memory and rings to queue 0 of the interface. Throws what the kernel said. */
export function bindAfXdp(ifindex: number): void {
  const fd = check('socket(AF_XDP)', socket(AF_XDP, SOCK_RAW, 0));
  const memory = mmap(null, CHUNKS * CHUNK_BYTES, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);

  const registration = Buffer.alloc(24);
  registration.writeBigUInt64LE(BigInt(koffi.address(memory)), 0);
  registration.writeBigUInt64LE(BigInt(CHUNKS * CHUNK_BYTES), 8);
  registration.writeUInt32LE(CHUNK_BYTES, 16);
  const entries = Buffer.alloc(4);
  entries.writeUInt32LE(CHUNKS, 0);
  setOption(fd, 'XDP_UMEM_REG', XDP_UMEM_REG, registration);
  setOption(fd, 'XDP_UMEM_FILL_RING', XDP_UMEM_FILL_RING, entries);
  setOption(fd, 'XDP_UMEM_COMPLETION_RING', XDP_UMEM_COMPLETION_RING, entries);
  setOption(fd, 'XDP_RX_RING', XDP_RX_RING, entries);

  const address = Buffer.alloc(16);
  address.writeUInt16LE(AF_XDP, 0);
  address.writeUInt32LE(ifindex, 4);
  check('bind(AF_XDP)', bind(fd, address, address.length));
}

function setOption(fd: number, title: string, option: number, value: Buffer): void {
  check(title, setsockopt(fd, SOL_XDP, option, value, value.length));
}

function check(call: string, result: number): number {
  if (result < 0) throw new Error(`${call}: ${getSystemErrorName(-koffi.errno())}`);
  return result;
}
