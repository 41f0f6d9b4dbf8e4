/**
 * The way back into the machine's own stack, for packets that the director had claimed but does not want: a pair of
 * virtual interfaces. What is sent into one end, the stack receives at the other as if it had come from a network.
 */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { interfaceIndex } from '../../native/namespaces.ts';
import { ETH_P_NONE, openPacketSocket } from '../../native/packet-socket.ts';
import { close, setSendBuffer } from '../../native/sockets.ts';
import { useVirtioHeaders } from '../../native/virtio-header.ts';
import { type MacAddress, mac } from '../wire/addresses.ts';
import type { Arena } from './arena.ts';
import { ip, ipBatch } from './ip.ts';
import { OWN_INTERFACE_PREFIX } from './kernel-network.ts';
import { Outbox } from './outbox.ts';
import { SEND_BYTES } from './packet-ring.ts';

/** The end that the director sends into, and the one where the stack receives. */
const INNER = `${OWN_INTERFACE_PREFIX}out`;
const OUTER = `${OWN_INTERFACE_PREFIX}in`;
/** Large enough for any packet that the director has, reassembled ones included. */
const MTU_BYTES = 65_535;
const STACK_MAC = '02:6c:76:73:00:01';
/**
 * Address of the receiving end, the dummy address of RFC 7600, which nobody else has and nothing is sent from. On an
 * interface without any address, loose reverse-path filtering drops as much as the strict one.
 */
const STACK_ADDRESS = '192.0.0.8/32';

/** Values of `rp_filter`; the larger one of `all` and of the interface itself counts. */
const REVERSE_PATH = { off: '0', loose: '2' } as const;

export class StackPort {
  readonly outbox: Outbox;
  /** Address that frames must carry to be taken in. */
  readonly mac: MacAddress = mac(STACK_MAC);
  readonly #fd: number;

  private constructor(arena: Arena, fd: number) {
    this.#fd = fd;
    this.outbox = new Outbox(arena, fd);
  }

  /** Makes the pair; one that a director left behind when it was killed is replaced. */
  static async open(arena: Arena): Promise<StackPort> {
    if (existsSync(settingsOf(4, INNER))) await ip('link', 'delete', INNER);
    const mtu = String(MTU_BYTES);
    const peer = ['peer', 'name', OUTER, 'mtu', mtu, 'address', STACK_MAC];
    await ip('link', 'add', INNER, 'mtu', mtu, 'type', 'veth', ...peer);
    for (const name of [INNER, OUTER]) {
      await writeFile(join(settingsOf(6, name), 'disable_ipv6'), '1').catch(() => undefined);
    }
    await ipBatch([
      `address add ${STACK_ADDRESS} dev ${OUTER} scope host`,
      ...[INNER, OUTER].map((name) => `link set ${name} arp off up`),
    ]);
    await StackPort.followReversePathFilter();
    const fd = openPacketSocket(interfaceIndex(INNER), ETH_P_NONE, useVirtioHeaders);
    setSendBuffer(fd, SEND_BYTES);
    return new StackPort(arena, fd);
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

  async close(): Promise<void> {
    this.outbox.close();
    close(this.#fd);
    // Somebody else may have removed it already.
    await ip('link', 'delete', INNER).catch(() => undefined);
  }
}

async function setting(file: string): Promise<string> {
  return (await readFile(file, 'utf8')).trim();
}

function settingsOf(version: 4 | 6, name: string): string {
  return `/proc/sys/net/ipv${version}/conf/${name}`;
}
