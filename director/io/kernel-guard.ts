/**
 * Keeps the machine's own stack from answering what the director takes. A packet socket sees copies; this drops the
 * originals at the netdev ingress hook of nftables, which runs after the copy was made. The rules mirror `Claims`.
 *
 * The table is owned by this process (`flags owner`): when the process ends, however it ends, the kernel removes it.
 */
import type { Claims } from '../claims.ts';
import type { NetworkPrefix, NetworkSnapshot, Port } from '../network/snapshot.ts';
import { formatIpv4, prefixMask } from '../wire/addresses.ts';
import { HANDED_BACK_MARK } from './arrival-program.ts';
import { endpointSets, formatPrefix, rangeMatches } from './claim-rules.ts';
import { KernelGuardError } from './kernel-guard-error.ts';
import { type Changes, OwnedTable } from './nftables.ts';

const TABLE = 'netdev lvs-lab';

/**
 * A frame with the tag of a VLAN, which may have been taken out of it: it belongs to that network, and comes by again on
 * the VLAN's interface where there is one. Priority tags have the VLAN id 0.
 */
const OF_A_VLAN = 'meta iiftype ether @ll,96,16 { 0x8100, 0x88a8 } @ll,116,12 != 0';

/** Packets are judged in one chain that every port's chain jumps to. Ranges, which are few, are rules in a chain of theirs. */
const DEFINITION = `{
  flags owner
  set local { type ipv4_addr; }
  set local-networks { type ipv4_addr; flags interval; }
  set virtuals { type inet_proto . ipv4_addr . inet_service; }
  set virtual-addresses { type ipv4_addr; }
  set servers { type inet_proto . ipv4_addr . inet_service; }
  set server-addresses { type ipv4_addr; }
  set local-clients { type ipv4_addr; }
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
  }
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

export class KernelGuard {
  readonly #table: OwnedTable;

  #followed: Claims | undefined;
  #claimed: Readonly<Record<string, Changes>> = {};

  /**
   * @param replaces Whether there may be the guard of a director that this one replaces: both are there for a while.
   * @throws KernelGuardError if nftables refuses the table.
   */
  constructor(replaces: boolean) {
    this.#table = new OwnedTable({
      name: TABLE,
      definition: DEFINITION,
      hook: { at: 'ingress', chain: 'claimed' },
      replaces,
    });
    this.#check(this.#table.create());
  }

  /** Programs the claims, the machine's addresses, and the ports to watch. */
  replace(
    claims: Claims,
    { localAddresses, localNetworks = [] }: Pick<NetworkSnapshot, 'localAddresses' | 'localNetworks'>,
    ports: readonly Pick<Port, 'index' | 'name'>[],
  ): void {
    if (this.#followed !== claims) {
      this.#followed = claims;
      this.#claimed = {
        'local-clients': claims.localClients.follow(formatIpv4),
        ...endpointSets('virtual', claims.virtual, claims.virtualAddresses),
        ...endpointSets('server', claims.servers, claims.serverAddresses),
      };
    }
    this.#check(
      this.#table.replace({
        sets: {
          ...this.#claimed,
          local: new Set(localAddresses.map(formatIpv4)),
          'local-networks': new Set(outermost(localNetworks).map(formatPrefix)),
        },
        ranges: new Set([
          ...claims.virtualRanges.list.flatMap((range) =>
            rangeMatches(range, 'd').map((match) => `${match} drop`),
          ),
          ...claims.serverRanges.list.flatMap((range) => rangeMatches(range, 's').flatMap(replyRules)),
        ]),
        // Without claims every packet is the stack's: no hook is left then.
        interfaces: claims.empty ? [] : ports,
      }),
    );
  }

  /** The sockets that its rules last as long as. */
  get sockets(): number[] {
    return [this.#table.socket];
  }

  close(): void {
    this.#table.close();
  }

  #check(refusal: string | undefined): void {
    if (refusal === undefined) return;
    throw new KernelGuardError(
      `nftables refused the director's table "${TABLE}": ${refusal}. ` +
        'Is another director running in this network namespace, or the netdev ingress hook missing (nft list tables; npm run doctor)?',
    );
  }
}

/** Those that lie within no other one: elements of a set of intervals must not overlap. */
function outermost(networks: readonly NetworkPrefix[]): NetworkPrefix[] {
  return networks.filter(
    (one) =>
      !networks.some(
        (other) =>
          other.prefixLength < one.prefixLength &&
          ((one.network ^ other.network) & prefixMask(other.prefixLength)) === 0,
      ),
  );
}
