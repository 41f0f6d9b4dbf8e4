/**
 * The way back into the machine's own stack, for packets that the director had claimed but does not want: a pair of
 * virtual interfaces. What is sent into one end, the stack receives at the other as if it had come from a network.
 */
import { writeFile } from 'node:fs/promises';
import { execa } from 'execa';
import { ETH_P_NONE, openPacketSocket } from '../../native/packet-socket.ts';
import { close } from '../../native/sockets.ts';
import { type MacAddress, mac } from '../wire/addresses.ts';
import type { Arena } from './arena.ts';
import { OWN_INTERFACE_PREFIX } from './kernel-network.ts';
import { Outbox } from './outbox.ts';

/** The end that the director sends into, and the one where the stack receives. */
const INNER = `${OWN_INTERFACE_PREFIX}out`;
const OUTER = `${OWN_INTERFACE_PREFIX}in`;
/** Large enough for any packet that the director has, reassembled ones included. */
const MTU_BYTES = 65_535;
const STACK_MAC = '02:6c:76:73:00:01';

export class StackPort {
  readonly outbox: Outbox;
  /** Address that frames must carry to be taken in. */
  readonly mac: MacAddress = mac(STACK_MAC);
  readonly #fd: number;

  private constructor(arena: Arena, fd: number) {
    this.#fd = fd;
    this.outbox = new Outbox(arena, fd, MTU_BYTES);
  }

  /** Makes the pair; one that a director left behind when it was killed is replaced. */
  static async open(arena: Arena): Promise<StackPort> {
    await execa('ip', ['link', 'delete', INNER], { reject: false });
    const mtu = String(MTU_BYTES);
    const peer = ['peer', 'name', OUTER, 'mtu', mtu, 'address', STACK_MAC];
    await execa('ip', ['link', 'add', INNER, 'mtu', mtu, 'type', 'veth', ...peer]);
    for (const name of [INNER, OUTER]) {
      await writeFile(`/proc/sys/net/ipv6/conf/${name}/disable_ipv6`, '1').catch(() => undefined);
      await execa('ip', ['link', 'set', name, 'arp', 'off', 'up']);
    }
    // Packets come in here whose way back leads elsewhere: strict reverse-path filtering would drop them.
    await writeFile(`/proc/sys/net/ipv4/conf/${OUTER}/rp_filter`, '0');
    const { stdout } = await execa('ip', ['-json', 'link', 'show', INNER]);
    const [{ ifindex }] = JSON.parse(stdout) as [{ ifindex: number }];
    return new StackPort(arena, openPacketSocket(ifindex, ETH_P_NONE));
  }

  async close(): Promise<void> {
    this.outbox.close();
    close(this.#fd);
    await execa('ip', ['link', 'delete', INNER], { reject: false });
  }
}
