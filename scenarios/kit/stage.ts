/**
 * The network that a packet case uses: a client, a director and real servers, where everything but the director is
 * scripted frame by frame. The same stage exists in memory, under a virtual clock, and around a director process.
 */
import type { DirectorSnapshot } from '../../director/index.ts';
import type { Topology } from '../../lab/index.ts';
import type { ForwardingMode, Mode } from '../../lab/modes.ts';
import type { Station } from '../../lab/stations/station.ts';
import type { FeatureName } from '../features.ts';
import type { StageControl } from './stage-control.ts';
import { UnsupportedError } from './unsupported-error.ts';

export interface Stage {
  readonly mode: Mode;
  readonly lab: 'memory' | 'netns';
  readonly topology: Topology;
  /** Addresses as text. */
  readonly vip: string;
  readonly dip: string;
  /**
   * An address of this case’s own /24 of clients, which no other case uses: `client()` is the first, `client(2)` …
   * `client(250)` are others. All of them are the client station’s.
   */
  clientAddress(n?: number): string;
  readonly client: Station;
  /** rs1, rs2, rs3: nothing listens on them until a case says so. */
  readonly servers: readonly [Station, Station, Station];
  readonly director: StageDirector;
  /** The forwarding method’s option in ipvsadm’s language: `-m`, `-g`, `-i`. */
  readonly method: ForwardingMode['ipvsadmOption'];
  /** Lets time pass: in memory at once, in namespaces really. A case that needs more than 3 s sets `virtualTime`. */
  wait(ms: number): Promise<void>;
  /** Resolves when everything that was sent has been dealt with: a packet that should not have come had time to come. */
  settle(): Promise<void>;
}

/** What one process has left to the next, as text, and what that one would leave: the same, as nothing has happened between. */
export interface HandedOver {
  readonly left: string;
  readonly taken: string;
}

/** A route of the director’s machine, as iproute2 says it. */
export interface StageRoute {
  /** Nothing is sent there, and senders are told why, or are not. */
  readonly type?: 'unreachable' | 'prohibit' | 'blackhole';
  /** The gateway; the stations themselves are on the servers’ link unless given. */
  readonly via?: string;
  /** What the director’s own packets carry as their source (`src`). */
  readonly source?: string;
  readonly mtuBytes?: number;
  /** Whether reports of a smaller path MTU are not believed (`mtu lock`). */
  readonly mtuIsLocked?: boolean;
  /** For packets with this source alone, by a rule that comes before all others (`ip rule`). */
  readonly from?: string;
  /** It is there for so long, as what the machine’s other programs have learned of a path is. In memory alone. */
  readonly forMs?: number;
}

export interface StageDirector {
  /** MAC of its interface towards the clients and towards the servers: the same one in DR and TUN. */
  readonly clientSideMac: string;
  readonly serverSideMac: string;
  /** Carries out lines of `ipvsadm -R`. Rejects with the refusal’s text. Services are cleared before each case. */
  rules(...lines: string[]): Promise<void>;
  /** Runs one ipvsadm command, such as `ipvsadm('-Lnc')`; resolves with what it prints. Rejects where it fails. */
  ipvsadm(...args: string[]): Promise<string>;
  /**
   * Has packets carry a firewall mark, as netfilter would put it on them; forgotten after the case.
   *
   * @param destination Where the packets are going: `10.77.0.0/16` or an address. The director takes them in for it.
   * @param port One destination port; every one unless given.
   */
  mark(destination: string, mark: number, port?: number): Promise<void>;
  /** Sets one of `net.ipv4.vs.*` for this case; put back afterwards. */
  set(setting: string, value: number): Promise<void>;
  /** What `net.ipv4.vs.*` are set to, by name without that. */
  settings(): Promise<Readonly<Record<string, number>>>;
  /** Sets the MTU of the link towards the servers for this case; put back afterwards. */
  setServerSideMtu(bytes: number): Promise<void>;
  /** The same towards the clients: another link under NAT alone. */
  setClientSideMtu(bytes: number): Promise<void>;
  /** Sets `net.ipv4.ip_forward` for this case; put back afterwards. */
  setIpForward(on: boolean): Promise<void>;
  /**
   * Has its machine have this route to `ADDRESS/LENGTH` instead of others that a case has given there; none unless given. Forgotten
   * after the case. In memory and in a guest.
   */
  setRoute(to: string, route?: StageRoute): Promise<void>;
  snapshot(): Promise<DirectorSnapshot>;
  /**
   * Programs on the director’s own machine, and what it delivers to them, which is there when all is quiet (`settle`). In memory and
   * in a guest alone, so for cases with `virtualTime`; asked for before rules are.
   */
  readonly machine?: {
    send(packet: Uint8Array): void;
    readonly inbox: readonly Uint8Array[];
  };
  /**
   * Has a packet come in from the clients’ side that stands for segments with so much payload each, as a network card or the
   * machine’s own stack puts them together; its checksum is not computed yet. In memory alone.
   */
  receiveMerged?(packet: Uint8Array, segmentBytes: number): void;
  /** Has a packet come in from the clients’ side on which netfilter puts a mark, wherever it goes. In memory alone. */
  receiveMarked?(packet: Uint8Array, mark: number): void;
  /** Has another process go on in its place, as where it was killed. In memory alone, so for cases with `virtualTime`. */
  handOver?(): HandedOver;
  /** Has its machine have so much memory left, in pages of 4 KiB. In memory alone, so for cases with `virtualTime`. */
  setFreePages(pages: number): void;
  /** Has its machine know the MAC address of a station for good, or ask for it again (`ip neigh`). In memory and in a guest. */
  setPermanentNeighbour(address: string, mac: string | undefined): Promise<void>;
  /** Gives the interface towards the servers another MAC address. In memory alone. */
  setServerSideMac(mac: string): void;
  /** Whether stations on the link to the servers are asked for by ARP, as they are at first (`ip link set arp`). In memory alone. */
  setServerSideArp(on: boolean): void;
  /** Sets net.ipv4.neigh.default.gc_thresh1 to 3. In memory alone. */
  setNeighbourLimits(limits: readonly [kept: number, soft: number, most: number]): void;
  /** Packets that it has counted as lost, whatever the reason. In memory alone, so for cases with `virtualTime`. */
  lost?(): number;
  /** What it keeps, by name, as numbers and text that can be compared. In memory alone, so for cases with `virtualTime`. */
  kept?(): Readonly<Record<string, number | string>>;
  /** What asks it. In memory alone, so for cases with `virtualTime`. */
  readonly control?: StageControl;
  /**
   * Has so many packets of each of its servers forwarded past it, as its fast path does, which it hears of when it asks. In
   * memory alone, so for cases with `virtualTime`.
   */
  forwardPast(to: 'servers' | 'clients', packets: number, bytes: number): void;
  /** As the contract’s `reset`. Absent in memory, where each case has a director of its own. */
  reset?(): Promise<void>;
  /** Whether it has a feature: asked by a case that can do without it. What a case asks for without that, it needs. */
  offers(feature: FeatureName): boolean;
}

/** The text with which the director refuses one of these rules, or undefined where it accepts all. @throws UnsupportedError */
export async function refusalOf(stage: Stage, ...rules: readonly string[]): Promise<string | undefined> {
  try {
    await stage.director.rules(...rules);
    return undefined;
  } catch (error) {
    if (error instanceof UnsupportedError) throw error;
    return error instanceof Error ? error.message : String(error);
  }
}
