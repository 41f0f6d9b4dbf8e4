/**
 * Keeps from this machine's own stack what the director takes, and takes from it what the director has to see: a table of
 * nftables that mirrors `Claims`, with a chain at the ingress hook of every port and one at the egress hook.
 *
 * The table is owned by this process (`flags owner`): when the process ends, however it ends, the kernel removes it.
 */
import type { Claims } from '../claims.ts';
import type { NetworkPrefix, NetworkSnapshot, Port } from '../network/snapshot.ts';
import { formatIpv4, prefixMask } from '../wire/addresses.ts';
import { endpointSets, formatPrefix } from './claim-rules.ts';
import { egressChains, takenRanges, watchedForOutput } from './egress-rules.ts';
import { sourceMacOf } from './handed-over.ts';
import { droppedRanges, INGRESS_CHAINS } from './ingress-rules.ts';
import { KernelGuardError } from './kernel-guard-error.ts';
import { MarksTable } from './marks-table.ts';
import { type Changes, OwnedTable } from './nftables.ts';

const TABLE = 'netdev lvs-lab';

const DEFINITION = `{
  flags owner
  set local { type ipv4_addr; }
  set local-networks { type ipv4_addr; flags interval; }
  set virtuals { type inet_proto . ipv4_addr . inet_service; }
  set virtual-addresses { type ipv4_addr; }
  set servers { type inet_proto . ipv4_addr . inet_service; }
  set server-addresses { type ipv4_addr; }
  set local-servers { type inet_proto . ipv4_addr . inet_service; }
  set local-server-addresses { type ipv4_addr; }
  set local-clients { type ipv4_addr; }
  set marks { type mark; }
  map tags { type mark : ether_addr; }${INGRESS_CHAINS}
}`;

export interface KernelGuardOptions {
  /** Name of the interface whose other end the director reads: there what is taken from the stack goes. */
  readonly handover: string;
  /** Whether there may be the tables of a director that this one replaces: both are there for a while. */
  readonly replaces: boolean;
  readonly log: (text: string) => void;
}

export class KernelGuard {
  readonly #options: KernelGuardOptions;
  readonly #table: OwnedTable;
  readonly #marks: MarksTable;
  /** Whether the chains at the egress hook are there. They come with the first claim, as the interface they lead to does later. */
  #hasEgress = false;
  #followed: Claims | undefined;
  /** Of the claims that it has programmed. */
  #version = 0;
  #claimed: Readonly<Record<string, Changes>> = {};
  /** What this machine cannot do, as this kernel has refused a part of it. */
  warning: string | undefined;

  /** @throws KernelGuardError if nftables refuses the table. */
  constructor(options: KernelGuardOptions) {
    const { handover, replaces } = options;
    this.#options = options;
    this.#table = new OwnedTable({
      name: TABLE,
      definition: DEFINITION,
      hooks: { claimed: 'ingress', output: 'egress' },
      replaces,
    });
    this.#marks = new MarksTable(handover, replaces);
    this.#check(this.#table.create());
  }

  /** Whether nothing has changed of the claims since they were programmed. */
  mirrors(claims: Claims): boolean {
    return this.#followed === claims && this.#version === claims.version;
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
        ...endpointSets('local-server', claims.localServers, claims.localServerAddresses),
      };
    }
    // Whatever becomes of it: what is refused once is refused again.
    this.#version = claims.version;
    const marks = new Set(claims.marks.list.map((mark) => String(mark >>> 0)));
    const output = watchedForOutput(claims, ports);
    if (output.length > 0) this.#makeEgress();
    this.#check(
      this.#table.replace({
        sets: {
          ...this.#claimed,
          local: new Set(localAddresses.map(formatIpv4)),
          'local-networks': new Set(outermost(localNetworks).map(formatPrefix)),
          marks,
        },
        maps: { tags: new Set(claims.marks.list.map((mark) => `${mark >>> 0} : ${sourceMacOf(mark)}`)) },
        rules: {
          ranges: droppedRanges(claims),
          ...(this.#hasEgress && { 'output-ranges': takenRanges(claims, this.#options.handover) }),
        },
        // Without claims every packet is the stack's: no hook is left then.
        interfaces: { claimed: claims.empty ? [] : ports, ...(this.#hasEgress && { output }) },
      }),
    );
    if (this.warning === undefined) this.#warn(this.#marks.replace(marks));
  }

  /** The sockets that its rules last as long as. */
  get sockets(): number[] {
    return [this.#table.socket, ...this.#marks.sockets];
  }

  close(): void {
    this.#table.close();
    this.#marks.close();
  }

  #makeEgress(): void {
    if (this.#hasEgress || this.warning !== undefined) return;
    const refusal = this.#table.extend(egressChains(this.#options.handover));
    this.#hasEgress = refusal === undefined;
    this.#warn(refusal);
  }

  #warn(refusal: string | undefined): void {
    if (refusal === undefined) return;
    this.warning =
      'clients and NAT servers on this machine, and marks set by netfilter, are not served: ' +
      `nftables refused it (${refusal})`;
    this.#options.log(this.warning);
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
