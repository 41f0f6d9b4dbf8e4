/** What drivers can do with XDP, as the kernel tells by the genetlink family `netdev` (linux/netdev.h, Linux 6.3 and later). */
import { NetlinkDialogue, NetlinkRequest, openGenericNetlink } from './netlink.ts';
import { close } from './sockets.ts';

/** The family of families (linux/genetlink.h). */
const CONTROLLER = { family: 16, getFamily: 3, familyName: 2, familyId: 1 } as const;
const NETDEV = { get: 1, interface: 1, xdpFeatures: 3 } as const;
/** `struct genlmsghdr`: command and version. */
const COMMAND_BYTES = 4;
/** Frames that were redirected to the interface are sent. On a virtual link that takes somebody at its other end. */
const SENDS_REDIRECTED = 1 << 2;

export class XdpFeatures {
  readonly #dialogue = new NetlinkDialogue(openGenericNetlink());
  readonly #request: NetlinkRequest | undefined;

  constructor() {
    const family = this.#familyNamed('netdev');
    this.#request = family === undefined ? undefined : new NetlinkRequest(family);
  }

  /** Whether an interface sends frames that an XDP program has redirected to it, as it is now. False where that is not known. */
  sendsRedirected(interfaceIndex: number): boolean {
    const request = this.#request?.begin(commandOf(NETDEV.get)).number(NETDEV.interface, interfaceIndex);
    const answer = request === undefined ? undefined : this.#dialogue.ask(request);
    if (answer === undefined || answer.errno !== 0) return false;
    const at = answer.attributes(COMMAND_BYTES).get(NETDEV.xdpFeatures);
    return at !== undefined && (answer.view.getUint32(at, true) & SENDS_REDIRECTED) !== 0;
  }

  close(): void {
    close(this.#dialogue.fd);
  }

  #familyNamed(name: string): number | undefined {
    const request = new NetlinkRequest(CONTROLLER.family).begin(commandOf(CONTROLLER.getFamily));
    const answer = this.#dialogue.ask(request.text(CONTROLLER.familyName, name));
    if (answer === undefined || answer.errno !== 0) return undefined;
    const at = answer.attributes(COMMAND_BYTES).get(CONTROLLER.familyId);
    return at === undefined ? undefined : answer.view.getUint16(at, true);
  }
}

function commandOf(command: number): Uint8Array {
  return Uint8Array.from([command, 1, 0, 0]);
}
