/**
 * A scripted host: it speaks Ethernet, ARP, IPv4 and ICMP like a host of its topology (addresses, routes, ARP settings,
 * forwarding, decapsulation), and above that does only what a script tells it to. The same code runs on virtual wires
 * and on packet sockets.
 */
import { CodedError } from '../../director/coded-error.ts';
import type { Host } from '../topology.ts';

export interface Station {
  readonly name: string;
  readonly spec: Host;
  /** Its first address on its first interface, as text: CIP or RIP. */
  readonly address: string;
  readonly mac: string;
  /** Sends an IPv4 packet as a host does: by its routes, asking for the next hop’s MAC address first. */
  send(packet: Uint8Array): void;
  /** Sends a frame as it is. */
  sendFrame(port: string, frame: Uint8Array): void;
  /** IPv4 packets for one of its addresses, out of their outer header where it decapsulates, in order of arrival. */
  readonly inbox: readonly Uint8Array[];
  /**
   * The first packet from number `from` of the inbox on (0 unless given) that is accepted; waits for it. Resolves with
   * undefined when none came within `timeoutMs` (1000 unless given; in memory: when nothing more can happen by then).
   */
  next(
    accept: (packet: Uint8Array) => boolean,
    options?: { readonly from?: number; readonly timeoutMs?: number },
  ): Promise<Uint8Array | undefined>;
  /** From now on packets for it are answered by this function; what it returns is sent. */
  answer(responder: Responder): void;
  /** From now on it answers nothing at all, not even ARP: a host that is down. */
  silence(): void;
  /** Where it decapsulates, from now on also generic UDP encapsulation to this port. IP-in-IP and GRE it always does. */
  decapsulateGue(port: number): void;
}

/** IPv4 packets to send in answer to one that arrived. */
export type Responder = (packet: Uint8Array) => readonly Uint8Array[];

/** What a station knows of time: a virtual clock’s, or real time. */
export interface StationTime {
  readonly nowMs: number;
  /** Calls `action` once, so many milliseconds from now, unless the timer is cancelled first. */
  after(ms: number, action: () => void): { cancel(): void };
  /**
   * Resolves as soon as the condition holds, or when `timeoutMs` have passed. The condition is looked at first at once,
   * and then whenever a frame has been dealt with.
   */
  until(condition: () => boolean, timeoutMs: number): Promise<void>;
}

/** A script asks a station for what its network cannot do. */
export class StationError extends CodedError {
  readonly code = 'STATION_REFUSED';
}

/** One responder of several, each of which answers what is its own, such as a TCP and a UDP port. */
export function together(...responders: readonly Responder[]): Responder {
  return (packet) => responders.flatMap((responder) => responder(packet));
}
