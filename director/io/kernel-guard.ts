/**
 * Keeps the machine's own stack from answering what the director takes. A packet socket sees copies; this drops the
 * originals at the netdev ingress hook of nftables, which runs after the copy was made. The rules mirror `Claims`.
 *
 * The table is owned by this process (`flags owner`): when the process ends, however it ends, the kernel removes it.
 */
import koffi from 'koffi';
import {
  BALANCED_PROTOCOLS,
  type Claims,
  type Endpoint,
  type EndpointRange,
  isEveryPort,
} from '../claims.ts';
import type { NetworkPrefix, NetworkSnapshot, Port } from '../network/snapshot.ts';
import { formatIpv4, prefixMask } from '../wire/addresses.ts';
import { KernelGuardError } from './kernel-guard-error.ts';

const library = koffi.load('libnftables.so.1');
const nft = {
  contextNew: library.func('void *nft_ctx_new(uint32_t flags)'),
  contextFree: library.func('void nft_ctx_free(void *context)'),
  bufferErrors: library.func('int nft_ctx_buffer_error(void *context)'),
  errors: library.func('const char *nft_ctx_get_error_buffer(void *context)'),
  run: library.func('int nft_run_cmd_from_buffer(void *context, const char *commands)'),
};

const TABLE = 'netdev lvs-lab';

/**
 * A frame with the tag of a VLAN, which may have been taken out of it: it belongs to that network, and comes by again on
 * the VLAN's interface where there is one. Priority tags have the VLAN id 0.
 */
const OF_A_VLAN = 'meta iiftype ether @ll,96,16 { 0x8100, 0x88a8 } @ll,116,12 != 0';

/** Packets are judged in one chain that every port's chain jumps to. Ranges, which are few, are rules in a chain of theirs. */
const DEFINITION = `table ${TABLE} {
  flags owner
  set local { type ipv4_addr; }
  set local-networks { type ipv4_addr; flags interval; }
  set virtual { type inet_proto . ipv4_addr . inet_service; }
  set virtual-addresses { type ipv4_addr; }
  set servers { type inet_proto . ipv4_addr . inet_service; }
  set server-addresses { type ipv4_addr; }
  chain ranges { }
  chain claimed {
    meta pkttype != host accept
    ${OF_A_VLAN} accept
    meta protocol != ip accept
    meta l4proto . ip daddr . th dport @virtual drop
    ip daddr != @local ip daddr != @local-networks meta l4proto . ip saddr . th sport @servers drop
    ip frag-off & 0x3fff == 0 icmp type { destination-unreachable, source-quench, time-exceeded } drop
    ip frag-off & 0x3fff != 0 ip daddr @virtual-addresses drop
    ip frag-off & 0x3fff != 0 ip daddr != @local ip daddr != @local-networks ip saddr @server-addresses drop
    jump ranges
  }
}`;

const NOTHING: ReadonlySet<string> = new Set();

export class KernelGuard {
  readonly #context: unknown = nft.contextNew(0);
  /** Indexes of the interfaces that have a chain. */
  readonly #ports = new Set<number>();
  /** What the table's sets and its chain of ranges hold now. */
  #sets: Readonly<Record<string, ReadonlySet<string>>> = {};
  #ranges: ReadonlySet<string> = NOTHING;

  constructor() {
    nft.bufferErrors(this.#context);
    this.#run(DEFINITION);
  }

  /**
   * Programs the claims, the machine's addresses, and the ports to watch, in one transaction. Only what differs from
   * what is programmed goes to the kernel, so a change of one rule costs as little beside ten thousand others.
   */
  replace(
    claims: Claims,
    { localAddresses, localNetworks = [] }: Pick<NetworkSnapshot, 'localAddresses' | 'localNetworks'>,
    ports: readonly Port[],
  ): void {
    const sets: Readonly<Record<string, ReadonlySet<string>>> = {
      local: new Set(localAddresses.map(formatIpv4)),
      'local-networks': new Set(outermost(localNetworks).map(formatPrefix)),
      virtual: new Set(claims.virtual.map(element)),
      'virtual-addresses': new Set(claims.virtual.map((at) => formatIpv4(at.address))),
      servers: new Set(claims.servers.map(element)),
      'server-addresses': new Set(claims.servers.map((at) => formatIpv4(at.address))),
    };
    const ranges = new Set([
      ...claims.virtualRanges.flatMap((range) => rangeRules(range, 'd')),
      ...claims.serverRanges.flatMap((range) => rangeRules(range, 's')),
    ]);
    const commands = [
      ...Object.entries(sets).flatMap(([name, elements]) =>
        changes(name, this.#sets[name] ?? NOTHING, elements),
      ),
      ...(isSame(this.#ranges, ranges) ? [] : rangeCommands(ranges)),
    ];
    // Without claims every packet is the stack's: no hook is left then.
    const watched = claims.empty ? [] : ports;
    const wanted = new Set(watched.map((port) => port.index));
    for (const index of this.#ports) {
      // The kernel may have removed the chain already, together with its interface.
      if (!wanted.has(index)) nft.run(this.#context, `delete chain ${TABLE} ${chain(index)}`);
    }
    for (const { index, name } of watched) {
      if (this.#ports.has(index)) continue;
      const hook = `{ type filter hook ingress device "${name}" priority 0; policy accept; }`;
      commands.push(
        `add chain ${TABLE} ${chain(index)} ${hook}`,
        `add rule ${TABLE} ${chain(index)} jump claimed`,
      );
    }
    if (commands.length > 0) this.#run(commands.join('\n'));
    this.#sets = sets;
    this.#ranges = ranges;
    this.#ports.clear();
    for (const index of wanted) this.#ports.add(index);
  }

  close(): void {
    nft.contextFree(this.#context);
  }

  #run(commands: string): void {
    if (nft.run(this.#context, commands) === 0) return;
    const said = String(nft.errors(this.#context)).trim().split('\n')[0];
    throw new KernelGuardError(
      `nftables refused the director's table "${TABLE}": ${said}. ` +
        'Is another director running in this network namespace, or the netdev ingress hook missing (nft list tables; npm run doctor)?',
    );
  }
}

/** What makes a set of the table hold `wanted` instead of `programmed`. */
function changes(set: string, programmed: ReadonlySet<string>, wanted: ReadonlySet<string>): string[] {
  const change = (verb: string, elements: ReadonlySet<string>) =>
    elements.size === 0 ? [] : [`${verb} element ${TABLE} ${set} { ${[...elements].join(', ')} }`];
  return [
    ...change('delete', programmed.difference(wanted)),
    ...change('add', wanted.difference(programmed)),
  ];
}

function rangeCommands(ranges: ReadonlySet<string>): string[] {
  return [`flush chain ${TABLE} ranges`, ...Array.from(ranges, (rule) => `add rule ${TABLE} ranges ${rule}`)];
}

function isSame(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && a.isSubsetOf(b);
}

/** Rules that drop what a range takes in: by its destination (`d`), or by its source on the way to another machine (`s`). */
function rangeRules(range: EndpointRange, side: 'd' | 's'): string[] {
  const network = formatPrefix({ network: range.address, prefixLength: range.prefixLength });
  const address = `${side === 's' ? 'ip daddr != @local ip daddr != @local-networks ' : ''}ip ${side}addr ${network}`;
  const protocols = range.protocol === 0 ? BALANCED_PROTOCOLS : [range.protocol];
  // AH and ESP have no ports, and are claimed by address alone.
  const ports = isEveryPort(range) ? '' : `th ${side}port ${range.firstPort}-${range.lastPort} `;
  return [
    `meta l4proto { ${protocols.join(', ')} } ${address} ${ports}drop`,
    `ip frag-off & 0x3fff != 0 ${address} drop`,
  ];
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

function formatPrefix({ network, prefixLength }: { network: number; prefixLength: number }): string {
  return `${formatIpv4(network & prefixMask(prefixLength))}/${prefixLength}`;
}

function element(at: Endpoint): string {
  return `${at.protocol} . ${formatIpv4(at.address)} . ${at.port}`;
}

function chain(index: number): string {
  return `port-${index}`;
}
