/**
 * The entries of the kernel's neighbour table that somebody vouches for (RTM_GETNEIGH of rtnetlink(7)): permanent ones,
 * those that need no ARP, and those that a control plane has learned elsewhere. The others say no more than ARP would.
 */
import {
  attributeBytes,
  NetlinkDialogue,
  type NetlinkMessage,
  NetlinkRequest,
} from '../../native/netlink.ts';
import { AF_INET, close } from '../../native/sockets.ts';
import type { Ipv4Address, MacAddress } from '../wire/addresses.ts';

const RTM_DELNEIGH = 29;
const RTM_GETNEIGH = 30;
const NDA = { address: 1, linkAddress: 2 };
/** `struct ndmsg`: family, interface, state, flags, type. */
const NEIGHBOUR_MESSAGE_BYTES = 12;
const INTERFACE = 4;
const STATE = 8;
const FLAGS = 10;

const NUD = { noarp: 0x40, permanent: 0x80 };
/** Reachable, stale, delay, probe, and the two above: a MAC address is there. */
const NUD_VALID = 0x02 | 0x04 | 0x08 | 0x10 | NUD.noarp | NUD.permanent;
const NTF_EXTERNALLY_LEARNED = 0x10;
const MAC_BYTES = 6;

export interface NeighbourKey {
  readonly port: number;
  readonly address: Ipv4Address;
}

export class KernelNeighbours {
  readonly #kernel = new NetlinkDialogue();
  readonly #byPort = new Map<number, Map<number, MacAddress>>();

  constructor() {
    this.read();
  }

  /** The MAC address of a neighbour that the kernel need not ask for; undefined for all others. */
  find(portIndex: number, address: number): MacAddress | undefined {
    return this.#byPort.get(portIndex)?.get(address);
  }

  /** Reads the whole table anew. */
  read(): void {
    this.#byPort.clear();
    const fixed = new Uint8Array(NEIGHBOUR_MESSAGE_BYTES);
    fixed[0] = AF_INET;
    const request = new NetlinkRequest(RTM_GETNEIGH).begin(fixed);
    for (const message of this.#kernel.askForAll(request)) this.note(message);
  }

  /** Takes in what the kernel tells of one neighbour. Which one that is, if it has an IPv4 address. */
  note(message: NetlinkMessage): NeighbourKey | undefined {
    const key = neighbourOf(message);
    if (key === undefined) return undefined;
    const mac = message.type === RTM_DELNEIGH ? undefined : vouchedFor(message);
    const known = this.#byPort.get(key.port) ?? new Map<number, MacAddress>();
    if (mac === undefined) known.delete(key.address);
    else this.#byPort.set(key.port, known.set(key.address, mac));
    return key;
  }

  close(): void {
    close(this.#kernel.fd);
  }
}

/** The MAC address in a neighbour message, if it need not be asked for. */
export function vouchedFor(message: NetlinkMessage): MacAddress | undefined {
  const { view, at } = message;
  const state = view.getUint16(at + STATE, true);
  const isLearned = (view.getUint8(at + FLAGS) & NTF_EXTERNALLY_LEARNED) !== 0 && (state & NUD_VALID) !== 0;
  if (!isLearned && (state & (NUD.noarp | NUD.permanent)) === 0) return undefined;
  const mac = message.attributes(NEIGHBOUR_MESSAGE_BYTES).get(NDA.linkAddress);
  if (mac === undefined || attributeBytes(view, mac) !== MAC_BYTES) return undefined;
  return new Uint8Array(view.buffer, view.byteOffset + mac, MAC_BYTES).slice() as MacAddress;
}

/** Which neighbour a message is about; undefined if it is not one with an IPv4 address. */
export function neighbourOf(message: NetlinkMessage): NeighbourKey | undefined {
  const { view, at } = message;
  if (view.getUint8(at) !== AF_INET) return undefined;
  const address = message.attributes(NEIGHBOUR_MESSAGE_BYTES).get(NDA.address);
  if (address === undefined) return undefined;
  return { port: view.getInt32(at + INTERFACE, true), address: view.getInt32(address, false) as Ipv4Address };
}
