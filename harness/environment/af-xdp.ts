/** An AF_XDP socket, to find out whether the kernel supports it. Loaded by `bpf-child.ts` only. */
import { addressOf } from '../../native/memory.ts';
import { interfaceIndex } from '../../native/namespaces.ts';
import { bind, int32, SOCK_RAW, setSocketOption, socket } from '../../native/sockets.ts';

const AF_XDP = 44;
const SOL_XDP = 283;
const XDP_RX_RING = 2;
const XDP_UMEM_REG = 4;
const XDP_UMEM_FILL_RING = 5;
const XDP_UMEM_COMPLETION_RING = 6;
const PAGE_BYTES = 4096;
const CHUNKS = 16;

/**
 * Binds an AF_XDP socket with memory and rings to queue 0 of an interface.
 *
 * @throws SystemCallError if the kernel refuses.
 */
export function bindAfXdp(interfaceName: string): void {
  const fd = socket(AF_XDP, SOCK_RAW, 0);
  // One page more than needed, because the memory must begin at a page boundary.
  const memory = new Uint8Array((CHUNKS + 1) * PAGE_BYTES);
  const registration = new Uint8Array(24);
  const fields = new DataView(registration.buffer);
  fields.setBigUint64(0, BigInt(Math.ceil(addressOf(memory) / PAGE_BYTES) * PAGE_BYTES), true);
  fields.setBigUint64(8, BigInt(CHUNKS * PAGE_BYTES), true);
  fields.setUint32(16, PAGE_BYTES, true);
  setSocketOption(fd, SOL_XDP, XDP_UMEM_REG, registration);
  for (const ring of [XDP_UMEM_FILL_RING, XDP_UMEM_COMPLETION_RING, XDP_RX_RING]) {
    setSocketOption(fd, SOL_XDP, ring, int32(CHUNKS));
  }
  // `struct sockaddr_xdp`.
  const address = new Uint8Array(16);
  new DataView(address.buffer).setUint16(0, AF_XDP, true);
  new DataView(address.buffer).setUint32(4, interfaceIndex(interfaceName), true);
  bind(fd, address);
}
