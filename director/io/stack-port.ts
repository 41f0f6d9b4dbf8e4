/**
 * The way between the director and the machine's own stack: a pair of virtual interfaces. What the director had claimed
 * but does not want is sent into one end, and the stack receives it on the interface where it once came in, or at the
 * other end where that cannot be had. What is taken from the stack (egress-rules.ts) comes the other way.
 */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BpfError } from '../../native/bpf/program.ts';
import { interfaceIndex } from '../../native/namespaces.ts';
import { close, setMark } from '../../native/sockets.ts';
import type { Port } from '../network/snapshot.ts';
import type { Packet } from '../packet.ts';
import { formatMac, mac } from '../wire/addresses.ts';
import { ETHERNET_HEADER_BYTES, ETHERTYPE, writeEthernet } from '../wire/ethernet.ts';
import type { Arena } from './arena.ts';
import { attachArrivalProgram } from './arrival-program.ts';
import type { InheritedRings } from './inherited-rings.ts';
import { ip, ipBatch } from './ip.ts';
import { OWN_INTERFACE_PREFIX } from './kernel-network.ts';
import { Outbox } from './outbox.ts';
import { PacketRing, ringSize } from './packet-ring.ts';

/** The end that the director sends into, and the one where the stack receives. */
const INNER = `${OWN_INTERFACE_PREFIX}out`;
export const OUTER = `${OWN_INTERFACE_PREFIX}in`;
/** What is taken from the stack is seldom much: clients and servers on the machine itself. */
const RING_BYTES = 4 << 20;
/** Large enough for any packet that the director has, reassembled ones included. */
const MTU_BYTES = 65_535;
/** Address of the receiving end, which frames that stay there must carry. */
const STACK_MAC = mac('02:6c:76:73:00:01');
/**
 * Address of the receiving end, the dummy address of RFC 7600, which nobody else has and nothing is sent from. On an
 * interface without any address, loose reverse-path filtering drops as much as the strict one.
 */
const STACK_ADDRESS = '192.0.0.8/32';

/** Values of `rp_filter`; the larger one of `all` and of the interface itself counts. */
const REVERSE_PATH = { off: '0', loose: '2' } as const;

export class StackPort {
  readonly ring: PacketRing;
  readonly outbox: Outbox;
  /** The director's end, as packets that come from there are told. */
  readonly port: Port;
  /** Keeps the arrival program attached; undefined where the kernel does not offer it. */
  readonly #arrival: number | undefined;
  /** What packets that are queued are marked with. */
  #mark = 0;

  private constructor(arena: Arena, inherited: InheritedRings) {
    const index = interfaceIndex(INNER);
    this.port = {
      index,
      name: INNER,
      mac: STACK_MAC,
      linkHeaderBytes: ETHERNET_HEADER_BYTES,
      mtuBytes: MTU_BYTES,
      addresses: [],
    };
    this.#arrival = attachIfPossible();
    const source = {
      interfaceIndex: index,
      linkHeaderBytes: ETHERNET_HEADER_BYTES,
      share: 'everything',
      isListening: true,
    } as const;
    const size = ringSize(MTU_BYTES, RING_BYTES);
    this.ring = new PacketRing(arena, source, size, inherited.take(source, size));
    setMark(this.ring.fd, this.#mark);
    this.outbox = new Outbox(arena, this.ring.fd);
  }

  /**
   * Makes the pair.
   * @param inherited Its socket is used if it is there.
   * @param replaces Whether the pair of a director that this one goes on for is used, if it is there: packets wait for
   *   less then. Otherwise one that was left behind is replaced.
   */
  static async open(arena: Arena, inherited: InheritedRings, replaces: boolean): Promise<StackPort> {
    const isThere = [INNER, OUTER].every((name) => existsSync(settingsOf(4, name)));
    if (!isThere || !replaces) await makePair();
    await StackPort.followReversePathFilter();
    return new StackPort(arena, inherited);
  }

  /**
   * Queues a packet as it stands in its frame.
   * @param port Where the stack is to receive it, if that can be had: the port that it came in on.
   */
  deliver(packet: Packet, port: Port | undefined): void {
    const canArriveThere = this.#arrival !== undefined && port !== undefined && port.linkHeaderBytes > 0;
    const mark = canArriveThere ? port.index : 0;
    if (mark !== this.#mark) {
      this.outbox.flush();
      setMark(this.ring.fd, mark);
      this.#mark = mark;
    }
    if (!canArriveThere) {
      packet.frame = packet.ip - ETHERNET_HEADER_BYTES;
      packet.length = ETHERNET_HEADER_BYTES + packet.totalBytes;
      writeEthernet(packet.bytes, packet.frame, STACK_MAC, STACK_MAC, ETHERTYPE.ipv4);
    }
    this.outbox.queue(packet);
  }

  /**
   * Packets come in here whose way back leads elsewhere: strict reverse-path filtering would drop them. So where the
   * machine filters at all, this interface does it loosely. To be called after that may have changed.
   */
  static async followReversePathFilter(): Promise<void> {
    const { off, loose } = REVERSE_PATH;
    const file = join(settingsOf(4, OUTER), 'rp_filter');
    // Somebody may have removed the interface.
    if (!existsSync(file)) return;
    const [all, own] = await Promise.all([setting(join(settingsOf(4, 'all'), 'rp_filter')), setting(file)]);
    const wanted = all === off ? off : loose;
    if (own !== wanted) await writeFile(file, wanted);
  }

  /**
   * @param isReplaced Whether another director makes, or has made, a pair of its own under these names.
   * @param isKept Whether the socket goes on to be of use where another process has it open.
   */
  async close(isReplaced: boolean, isKept: boolean): Promise<void> {
    this.outbox.close();
    this.ring.close(isKept);
    if (this.#arrival !== undefined) close(this.#arrival);
    if (isReplaced) return;
    // Somebody else may have removed it already.
    await ip('link', 'delete', INNER).catch(() => undefined);
  }
}

async function makePair(): Promise<void> {
  if (existsSync(settingsOf(4, INNER))) await ip('link', 'delete', INNER);
  const mtu = String(MTU_BYTES);
  const peer = ['peer', 'name', OUTER, 'mtu', mtu, 'address', formatMac(STACK_MAC)];
  await ip('link', 'add', INNER, 'mtu', mtu, 'type', 'veth', ...peer);
  for (const name of [INNER, OUTER]) {
    await writeFile(join(settingsOf(6, name), 'disable_ipv6'), '1').catch(() => undefined);
  }
  // What is handed back may come from this machine's own addresses and go to its loopback ones: clients and servers here.
  for (const name of ['accept_local', 'route_localnet'])
    await writeFile(join(settingsOf(4, OUTER), name), '1');
  await ipBatch([
    `address add ${STACK_ADDRESS} dev ${OUTER} scope host`,
    ...[INNER, OUTER].map((name) => `link set ${name} arp off up`),
  ]);
}

function attachIfPossible(): number | undefined {
  try {
    return attachArrivalProgram(OUTER);
  } catch (error) {
    if (error instanceof BpfError) return undefined;
    throw error;
  }
}

async function setting(file: string): Promise<string> {
  return (await readFile(file, 'utf8')).trim();
}

function settingsOf(version: 4 | 6, name: string): string {
  return `/proc/sys/net/ipv${version}/conf/${name}`;
}
