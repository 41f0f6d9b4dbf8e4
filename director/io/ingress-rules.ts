/**
 * Rules at the ingress hook, which runs after a packet socket got its copy: they drop what the director takes, so that the
 * machine's own stack does not answer it. They mirror `Claims`.
 */
import type { Claims } from '../claims.ts';
import { HANDED_BACK_MARK } from './arrival-program.ts';
import { rangeMatches } from './claim-rules.ts';

/**
 * A frame with the tag of a VLAN, which may have been taken out of it: it belongs to that network, and comes by again on
 * the VLAN's interface where there is one. Priority tags have the VLAN id 0.
 */
const OF_A_VLAN = 'meta iiftype ether @ll,96,16 { 0x8100, 0x88a8 } @ll,116,12 != 0';

/** Packets are judged in one chain that every port's chain jumps to. Ranges, which are few, are rules in a chain of theirs. */
export const INGRESS_CHAINS = `
  chain ranges { }
  chain claimed {
    meta mark ${HANDED_BACK_MARK} meta mark set 0 accept
    meta pkttype != host accept
    ${OF_A_VLAN} accept
    meta protocol != ip accept
    meta l4proto . ip daddr . th dport @virtuals drop
    ${replyRules('meta l4proto . ip saddr . th sport @servers').join('\n')}
    ip frag-off & 0x3fff == 0 icmp type { destination-unreachable, source-quench, time-exceeded } drop
    ip frag-off & 0x3fff != 0 ip daddr @virtual-addresses drop
    ${replyRules('ip frag-off & 0x3fff != 0 ip saddr @server-addresses').join('\n')}
    jump ranges
  }`;

/** Replies are claimed on their way to another machine, and to addresses from which clients on this one have asked. */
function replyRules(match: string): string[] {
  const toClients = [
    'ip daddr != @local ip daddr != @local-networks',
    'ip daddr @local-clients',
    'ip daddr @virtual-addresses',
  ];
  return toClients.map((destination) => `${match} ${destination} drop`);
}

/** The rules of the chain `ranges`. */
export function droppedRanges({ virtualRanges, serverRanges }: Claims): ReadonlySet<string> {
  return new Set([
    ...virtualRanges.list.flatMap((range) => rangeMatches(range, 'd').map((match) => `${match} drop`)),
    ...serverRanges.list.flatMap((range) => rangeMatches(range, 's').flatMap(replyRules)),
  ]);
}
