/**
 * Takes from this machine's own stack what the director has to see before it is sent or delivered, and hands it over
 * through the pair of interfaces that leads to the director: what clients here ask of virtual services, what real servers
 * here reply, and what netfilter has marked for a service. The rules mirror `Claims`.
 *
 * What the stack sends is taken at the netdev egress hook, and moved; what it is about to deliver is taken once the mangle
 * table has marked it, and copied (`dup`), which costs the copy one from its TTL and sets DF. The link header of what is
 * handed over tells what the packet itself does not show any more: its mark, how it was taken, and DF.
 */
import type { Claims } from '../claims.ts';
import type { Port } from '../network/snapshot.ts';
import { writeIpChecksum } from '../wire/ipv4.ts';
import { endpointSets, rangeMatches } from './claim-rules.ts';
import { type Changes, OwnedTable } from './nftables.ts';

/** Mark of packets that the director sends itself, so that they are not taken again (`SO_MARK`). */
export const DIRECTOR_MARK = 0x6c767364;

/** First bytes of the source address of what is handed over; the mark is in the four others. */
const MARKED = [0x02, 0x6d] as const;
/** Destination addresses of copies, by whether the packet itself had DF. */
const COPY_MAC = { dontFragment: '02:6e:00:00:00:01', mayFragment: '02:6e:00:00:00:02' } as const;
/** Priorities by which the egress hook tells copies apart. They mean nothing on an interface without a queue. */
const COPY_PRIORITY = { dontFragment: '6c76:1', mayFragment: '6c76:2' } as const;
/** Where copies go to: any address will do, as the interface needs no neighbour. */
const COPY_GATEWAY = '192.0.0.8';

const OUTPUT_TABLE = 'netdev lvs-lab-output';
const MARKS_TABLE = 'ip lvs-lab-marks';
/** The first interface of every network namespace. */
const LOOPBACK = { index: 1, name: 'lo' };

function outputDefinition(handover: string): string {
  const take = `fwd to "${handover}"`;
  return `{
  flags owner
  set virtuals { type inet_proto . ipv4_addr . inet_service; }
  set virtual-addresses { type ipv4_addr; }
  set servers { type inet_proto . ipv4_addr . inet_service; }
  set server-addresses { type ipv4_addr; }
  set marks { type mark; }
  map tags { type mark : ether_addr; }
  chain ranges { }
  chain output {
    meta mark ${DIRECTOR_MARK} accept
    meta protocol != ip accept
    meta l4proto . ip saddr . th sport @servers ${take}
    meta l4proto . ip daddr . th dport @virtuals ${take}
    ip frag-off & 0x3fff != 0 ip saddr @server-addresses ${take}
    ip frag-off & 0x3fff != 0 ip daddr @virtual-addresses ${take}
    ip frag-off & 0x3fff == 0 icmp type { destination-unreachable, source-quench, time-exceeded } ip saddr @server-addresses ${take}
    meta mark @marks fib daddr type local ${take}
    jump ranges
  }
  chain tag {
    type filter hook egress device "${handover}" priority 0; policy accept;
    meta priority ${COPY_PRIORITY.dontFragment} ether daddr set ${COPY_MAC.dontFragment}
    meta priority ${COPY_PRIORITY.mayFragment} ether daddr set ${COPY_MAC.mayFragment}
    ether saddr set ${tagOf(0)}
    ether saddr set meta mark map @tags
  }
}`;
}

function marksDefinition(handover: string): string {
  const copy = `dup to ${COPY_GATEWAY} device "${handover}" drop`;
  return `{
  flags owner
  set marks { type mark; }
  chain prerouting {
    type filter hook prerouting priority -149; policy accept;
    iifname "${handover}" accept
    meta mark != @marks accept
    fib daddr type != local accept
    ip frag-off & 0x4000 != 0 meta priority set ${COPY_PRIORITY.dontFragment} ${copy}
    meta priority set ${COPY_PRIORITY.mayFragment} ${copy}
  }
}`;
}

/** Source address that carries a mark. @param mark Signed 32-bit integer. */
function tagOf(mark: number): string {
  const bytes = [...MARKED, mark >>> 24, (mark >>> 16) & 255, (mark >>> 8) & 255, mark & 255];
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}

/** The mark that a frame was handed over with; 0 for none. */
export function markOf(bytes: Uint8Array, sourceMacAt: number): number {
  if (bytes[sourceMacAt] !== MARKED[0] || bytes[sourceMacAt + 1] !== MARKED[1]) return 0;
  return (
    ((bytes[sourceMacAt + 2] as number) << 24) |
    ((bytes[sourceMacAt + 3] as number) << 16) |
    ((bytes[sourceMacAt + 4] as number) << 8) |
    (bytes[sourceMacAt + 5] as number)
  );
}

/** How a frame was taken: it was the stack's own output, or the copy of one that had come in, with or without DF. */
export const TAKEN = { output: 0, copyWithDontFragment: 1, copy: 2 } as const;

export function takenAs(bytes: Uint8Array, destinationMacAt: number): number {
  const isCopy = bytes[destinationMacAt] === 0x02 && bytes[destinationMacAt + 1] === 0x6e;
  return isCopy ? (bytes[destinationMacAt + 5] as number) : TAKEN.output;
}

/** Gives a copy its TTL and its DF back. @param ip Where its IP header is. */
export function undoCopy(bytes: Uint8Array, ip: number, taken: number): void {
  bytes[ip + 8] = (bytes[ip + 8] as number) + 1;
  if (taken === TAKEN.copy) bytes[ip + 6] = (bytes[ip + 6] as number) & ~0x40;
  writeIpChecksum(bytes, ip);
}

export class StackTap {
  readonly #handover: string;
  readonly #replaces: boolean;
  readonly #log: (text: string) => void;
  #output: OwnedTable | undefined;
  #marks: OwnedTable | undefined;
  #followed: Claims | undefined;
  #claimed: Readonly<Record<string, Changes>> = {};
  /** What this machine cannot do, as this kernel has refused a table. */
  warning: string | undefined;

  /**
   * @param handover Name of the interface whose other end the director reads.
   * @param replaces Whether there may be the tables of a director that this one replaces.
   */
  constructor(handover: string, log: (text: string) => void, replaces: boolean) {
    this.#handover = handover;
    this.#replaces = replaces;
    this.#log = log;
  }

  /** Follows the claims. Where there is nothing to take, no hook is left. */
  replace(claims: Claims, ports: readonly Pick<Port, 'index' | 'name'>[]): void {
    if (this.warning !== undefined) return;
    const refusal = this.#followOutput(claims, ports) ?? this.#followMarks(claims);
    if (refusal === undefined) return;
    this.warning =
      'clients and NAT servers on this machine, and marks set by netfilter, are not served: ' +
      `nftables refused it (${refusal})`;
    this.#log(this.warning);
  }

  /** The sockets that its rules last as long as. */
  get sockets(): number[] {
    return [this.#output, this.#marks].flatMap((table) => (table === undefined ? [] : [table.socket]));
  }

  close(): void {
    this.#output?.close();
    this.#marks?.close();
  }

  #followOutput(claims: Claims, ports: readonly Pick<Port, 'index' | 'name'>[]): string | undefined {
    const isNeeded = !claims.empty || claims.marks.size > 0;
    if (this.#output === undefined) {
      if (!isNeeded) return undefined;
      const table = new OwnedTable({
        name: OUTPUT_TABLE,
        definition: outputDefinition(this.#handover),
        hook: { at: 'egress', chain: 'output' },
        replaces: this.#replaces,
      });
      this.#output = table;
      const refusal = table.create();
      if (refusal !== undefined) return refusal;
    }
    const take = (match: string) => `${match} fwd to "${this.#handover}"`;
    const hasServers = claims.localServers.size + claims.localServerRanges.size > 0;
    if (this.#followed !== claims) {
      this.#followed = claims;
      this.#claimed = {
        ...endpointSets('virtual', claims.virtual, claims.virtualAddresses),
        ...endpointSets('server', claims.localServers, claims.localServerAddresses),
      };
    }
    return this.#output.replace({
      sets: {
        ...this.#claimed,
        marks: marksOf(claims),
        tags: new Set(claims.marks.list.map((mark) => `${mark >>> 0} : ${tagOf(mark)}`)),
      },
      ranges: new Set([
        ...claims.virtualRanges.list.flatMap((range) => rangeMatches(range, 'd').map(take)),
        ...claims.localServerRanges.list.flatMap((range) => rangeMatches(range, 's').map(take)),
      ]),
      // A virtual service's address is local, so what is asked of it never leaves by another interface.
      interfaces: [...(isNeeded ? [LOOPBACK] : []), ...(hasServers ? ports : [])],
    });
  }

  #followMarks(claims: Claims): string | undefined {
    if (claims.marks.size === 0) {
      this.#marks?.close();
      this.#marks = undefined;
      return undefined;
    }
    if (this.#marks === undefined) {
      this.#marks = new OwnedTable({
        name: MARKS_TABLE,
        definition: marksDefinition(this.#handover),
        replaces: this.#replaces,
      });
      const refusal = this.#marks.create();
      if (refusal !== undefined) return refusal;
    }
    return this.#marks.replace({ sets: { marks: marksOf(claims) } });
  }
}

function marksOf({ marks }: Claims): ReadonlySet<string> {
  return new Set(marks.list.map((mark) => String(mark >>> 0)));
}
