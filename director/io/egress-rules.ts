/**
 * Rules at the egress hook: they take from this machine's own stack what the director has to see before it is sent, and
 * move it to the pair of interfaces that leads to the director: what clients here ask of virtual services, what real servers
 * here reply, and what netfilter has marked for a service. They mirror `Claims`.
 */
import type { Claims } from '../claims.ts';
import type { Port } from '../network/snapshot.ts';
import { rangeMatches } from './claim-rules.ts';
import { COPY_MAC, COPY_PRIORITY, sourceMacOf } from './handed-over.ts';

/** Mark of packets that the director sends itself, so that they are not taken again (`SO_MARK`). */
export const DIRECTOR_MARK = 0x6c767364;

/** The first interface of every network namespace. */
const LOOPBACK = { index: 1, name: 'lo' };

/** @param handover Name of the interface whose other end the director reads. */
export function egressChains(handover: string): string {
  const take = `fwd to "${handover}"`;
  return `{
  flags owner
  chain output-ranges { }
  chain output {
    meta mark ${DIRECTOR_MARK} accept
    meta protocol != ip accept
    meta l4proto . ip saddr . th sport @local-servers ${take}
    meta l4proto . ip daddr . th dport @virtuals ${take}
    ip frag-off & 0x3fff != 0 ip saddr @local-server-addresses ${take}
    ip frag-off & 0x3fff != 0 ip daddr @virtual-addresses ${take}
    ip frag-off & 0x3fff == 0 icmp type { destination-unreachable, source-quench, time-exceeded } ip saddr @local-server-addresses ${take}
    meta mark @marks fib daddr type local ${take}
    jump output-ranges
  }
  chain tag {
    type filter hook egress device "${handover}" priority 0; policy accept;
    meta priority ${COPY_PRIORITY.dontFragment} ether daddr set ${COPY_MAC.dontFragment}
    meta priority ${COPY_PRIORITY.mayFragment} ether daddr set ${COPY_MAC.mayFragment}
    ether saddr set ${sourceMacOf(0)}
    ether saddr set meta mark map @tags
  }
}`;
}

/** The rules of the chain `output-ranges`. */
export function takenRanges(
  { virtualRanges, localServerRanges }: Claims,
  handover: string,
): ReadonlySet<string> {
  return new Set(
    [
      ...virtualRanges.list.flatMap((range) => rangeMatches(range, 'd')),
      ...localServerRanges.list.flatMap((range) => rangeMatches(range, 's')),
    ].map((match) => `${match} fwd to "${handover}"`),
  );
}

type Interface = Pick<Port, 'index' | 'name'>;

/** Interfaces at which the stack's packets are to be looked at. */
export function watchedForOutput(claims: Claims, ports: readonly Interface[]): readonly Interface[] {
  if (claims.empty && claims.marks.size === 0) return [];
  // A virtual service's address is local, so what is asked of it never leaves by another interface.
  const hasServers = claims.localServers.size + claims.localServerRanges.size > 0;
  return hasServers ? [LOOPBACK, ...ports] : [LOOPBACK];
}
