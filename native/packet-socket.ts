/** AF_PACKET sockets (packet(7)), bound to one interface. */
import { AF_PACKET, bind, close, SOCK_RAW, socket, socketName } from './sockets.ts';

export const ETH_P_ALL = 0x0003;
export const ETH_P_NONE = 0;

export const SOL_PACKET = 263;
const LINK_ADDRESS_BYTES = 20;

/**
 * Opens a socket. `prepare` runs before it is bound, when no frame can arrive yet.
 *
 * Frames go out through the device's queue and not past it (PACKET_QDISC_BYPASS): that would hide them from every capture
 * on this machine, and saves nothing on a link that has no queue, as virtual ones.
 *
 * @param protocol `ETH_P_ALL` to receive everything, `ETH_P_NONE` to only send.
 * @throws SystemCallError without CAP_NET_RAW, or if the interface is gone.
 */
export function openPacketSocket(
  interfaceIndex: number,
  protocol: number,
  prepare: (fd: number) => void = () => undefined,
): number {
  const fd = socket(AF_PACKET, SOCK_RAW, 0);
  try {
    prepare(fd);
    bind(fd, linkAddress(interfaceIndex, protocol));
  } catch (error) {
    close(fd);
    throw error;
  }
  return fd;
}

/** Index of the interface that a socket is bound to; none once that has been removed. */
export function boundInterface(fd: number): number | undefined {
  const address = new Uint8Array(LINK_ADDRESS_BYTES);
  socketName(fd, address);
  const index = new DataView(address.buffer).getInt32(4, true);
  return index > 0 ? index : undefined;
}

/** `struct sockaddr_ll`: an interface, and the protocol (Ethernet type) of what is received or sent there. */
export function linkAddress(interfaceIndex: number, protocol: number): Uint8Array {
  const address = new Uint8Array(LINK_ADDRESS_BYTES);
  const view = new DataView(address.buffer);
  view.setUint16(0, AF_PACKET, true);
  view.setUint16(2, protocol, false);
  view.setInt32(4, interfaceIndex, true);
  return address;
}
