/** Where programs are attached, and how a port gets the one that suits it. */
import { attachAtIngress, attachXdp, BpfError, detach } from '../../native/bpf/program.ts';
import { attachSocketFilter } from '../../native/bpf/socket-filter.ts';
import { close } from '../../native/sockets.ts';
import { SystemCallError } from '../../native/system-call-error.ts';
import { XdpFeatures } from '../../native/xdp-features.ts';
import type { Port } from '../network/snapshot.ts';
import { ETHERNET_HEADER_BYTES } from '../wire/ethernet.ts';
import type { KernelSide } from './kernel-side.ts';

/** What a port is beside its settings: the director's packet socket there. */
export interface AttachablePort {
  readonly port: Port;
  readonly ring: { readonly fd: number };
}

/** A place where a program runs. */
export interface Place {
  readonly name: 'tcx' | 'xdp';
  /** Frames go out past the kernel, so only ports whose drivers take them that way will do. */
  readonly needsDriverOutput: boolean;
  /** Returns the descriptor that it lasts as long as. @throws BpfError or SystemCallError where it cannot be had. */
  attach(kernel: KernelSide, at: AttachablePort): number;
}

/**
 * The kernel has made a packet of the frame. Works everywhere, and hinders nobody: more programs may be attached there, and
 * senders may leave merging and checksums to the interface.
 */
const TCX: Place = {
  name: 'tcx',
  needsDriverOutput: false,
  attach: (kernel, { port, ring }) => {
    // First the one that does nothing by itself.
    const link = attachAtIngress(kernel.forwarding, port.name);
    try {
      attachSocketFilter(ring.fd, kernel.filter);
    } catch (error) {
      close(link);
      throw error;
    }
    return link;
  },
};

/**
 * In the driver, before that: several times as many packets. But nobody else can attach a program of that kind there, on
 * virtual links the neighbour may not merge any more, and a checksum that was left to the interface is not seen to be so.
 */
const XDP: Place = {
  name: 'xdp',
  needsDriverOutput: true,
  attach: (kernel, { port }) => attachXdp(kernel.xdp, port.name),
};

/** Said of a port at which frames come in fast, and to which none can be sent so. */
const NO_TAKER =
  'takes no redirected frames: what leaves here stays with the director; on a virtual link, GRO at its other end helps';

/** What `--fast-path` may say, and the places that are tried then, the best one first. */
export const CHOICES = {
  auto: [TCX],
  tcx: [TCX],
  xdp: [XDP, TCX],
  off: [],
} as const satisfies Readonly<Record<string, readonly Place[]>>;
export type Choice = keyof typeof CHOICES;

interface Attached {
  readonly ring: AttachablePort['ring'];
  /** Undefined where there is no place. */
  readonly link: number | undefined;
  /** Undefined where no place will do. */
  readonly place: Place | undefined;
  /** What was tried in vain, and why; the empty text for nothing. */
  readonly refusals: string;
}

export class Attachments {
  readonly #places: readonly Place[];
  readonly #attached = new Map<number, Attached>();
  /** Opened when it is first asked. */
  #features: XdpFeatures | undefined;
  /** By port: whether its driver takes frames past the kernel. */
  readonly #takers = new Map<number, boolean>();

  constructor(choice: Choice) {
    this.#places = CHOICES[choice];
  }

  /** Whether packets that come in at a port can be taken there and sent out of another. */
  canForward(input: number, output: number): boolean {
    const place = this.#attached.get(input)?.place;
    return place !== undefined && (!place.needsDriverOutput || this.#takes(output));
  }

  /** Looks again at what drivers can do, as owners and neighbours may change that. True if something is not as before. */
  review(): boolean {
    const before = [...this.#takers];
    this.#takers.clear();
    return before.filter(([port, takes]) => this.#takes(port) !== takes).length > 0;
  }

  #takes(port: number): boolean {
    let takes = this.#takers.get(port);
    if (takes === undefined) {
      this.#features ??= new XdpFeatures();
      takes = this.#features.sendsRedirected(port);
      this.#takers.set(port, takes);
    }
    return takes;
  }

  /** The same in words. */
  describe(port: number): string {
    const attached = this.#attached.get(port);
    if (attached === undefined) return 'ready';
    const { place, refusals } = attached;
    const notes = [refusals, ...(place?.needsDriverOutput === true && !this.#takes(port) ? [NO_TAKER] : [])];
    const text = notes.filter((note) => note !== '').join('; ');
    return `${place?.name ?? 'off'}${text === '' ? '' : ` (${text})`}`;
  }

  /** Follows the director's ports. */
  follow(kernel: KernelSide, ports: readonly AttachablePort[]): void {
    const wanted = new Map(ports.map((one) => [one.port.index, one]));
    for (const [index, attached] of this.#attached) {
      if (wanted.get(index)?.ring === attached.ring) continue;
      detachLink(attached);
      this.#attached.delete(index);
    }
    for (const one of ports) {
      if (!this.#attached.has(one.port.index)) this.#attached.set(one.port.index, this.#attach(kernel, one));
    }
  }

  /** To be called when the programs take nothing any more: filters stay as long as their sockets. */
  detach(): void {
    for (const attached of this.#attached.values()) detachLink(attached);
    this.#forget();
  }

  /** Closes what it has open. The programs stay where somebody else has that open too. */
  letGo(): void {
    for (const { link } of this.#attached.values()) if (link !== undefined) close(link);
    this.#forget();
  }

  /** Descriptors of all that are attached, which the programs last as long as. */
  get links(): readonly number[] {
    return [...this.#attached.values()].flatMap(({ link }) => link ?? []);
  }

  #forget(): void {
    this.#attached.clear();
    this.#takers.clear();
    this.#features?.close();
    this.#features = undefined;
  }

  #attach(kernel: KernelSide, at: AttachablePort): Attached {
    const { ring, port } = at;
    const nowhere = { ring, place: undefined, link: undefined };
    if (port.linkHeaderBytes !== ETHERNET_HEADER_BYTES) {
      return { ...nowhere, refusals: 'the link is not Ethernet' };
    }
    const refusals: string[] = [];
    for (const place of this.#places) {
      try {
        const link = place.attach(kernel, at);
        return { ring, place, link, refusals: refusals.join('; ') };
      } catch (error) {
        if (!(error instanceof BpfError) && !(error instanceof SystemCallError)) throw error;
        refusals.push(`${place.name}: ${error.message.split('\n')[0]}`);
      }
    }
    return { ...nowhere, refusals: refusals.join('; ') };
  }
}

/** The director's keeper may have it open still. */
function detachLink({ link }: Attached): void {
  if (link === undefined) return;
  detach(link);
  close(link);
}
