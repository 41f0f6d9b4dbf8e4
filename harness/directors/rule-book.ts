/** Rules in ipvsadm’s language, kept as the services that they come to: for directors that are told all of them each time. */
import {
  formatIpv4,
  PROTOCOL,
  RuleError,
  SERVICE_FLAG,
  TUNNEL_TYPE,
  type VirtualService,
} from '../../director/index.ts';
import { UNCONNECTED } from '../../lab/memory/route-table.ts';
import { VirtualDirector } from '../../lab/memory/virtual-director.ts';
import { ALL_MODES, MODES } from '../../lab/modes.ts';
import { FEATURES, type FeatureName } from '../../scenarios/features.ts';
import { UnsupportedError } from '../../scenarios/kit/unsupported-error.ts';
import { schedulerFacts } from '../../scenarios/models/schedulers.ts';
import type { BalancedService } from './director-under-test.ts';

const PROTOCOL_FEATURES: ReadonlyMap<number, FeatureName> = new Map([
  [PROTOCOL.tcp, 'protocol/tcp'],
  [PROTOCOL.udp, 'protocol/udp'],
  [PROTOCOL.sctp, 'protocol/sctp'],
]);

const TUNNEL_FEATURES: ReadonlyMap<number, FeatureName> = new Map([
  [TUNNEL_TYPE.gue, 'tunnel/gue'],
  [TUNNEL_TYPE.gre, 'tunnel/gre'],
]);

export class RuleBook {
  #tables = emptyTables();

  /**
   * Takes in lines of `ipvsadm -R`, if `use` can do with all the rules that they lead to; else none of them.
   *
   * @param declared What may be asked for; everything unless given.
   * @throws RuleError for what ipvsadm refuses; UnsupportedError for what is not declared; what `use` throws.
   */
  async apply<Value>(
    lines: readonly string[],
    use: () => Promise<Value>,
    declared?: ReadonlySet<FeatureName>,
  ): Promise<Value> {
    const before = await this.text();
    try {
      this.#tables.rules(...lines);
      if (declared !== undefined) refuseOthers(this.features(), declared);
      return await use();
    } catch (error) {
      this.#tables = emptyTables();
      this.#tables.rules(...before);
      throw error;
    }
  }

  /** Takes in lines up to the first that ipvsadm refuses. Whether there was none. */
  takesIn(lines: readonly string[]): boolean {
    try {
      this.#tables.rules(...lines);
      return true;
    } catch (error) {
      if (error instanceof RuleError) return false;
      throw error;
    }
  }

  clear(): void {
    this.#tables = emptyTables();
  }

  /** All rules, as `ipvsadm -S -n` writes them; with thresholds, which that leaves out. */
  async text(): Promise<string[]> {
    const { stdout } = await this.#tables.ipvsadm(['-S', '-n']);
    const limits = new Map(this.#services.flatMap(limitsOf));
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line + (limits.get(line.split(' ').slice(1, 5).join(' ')) ?? ''));
  }

  /** The services of TCP and UDP with the servers that take new connections; in the order of the rules. */
  get balanced(): BalancedService[] {
    return this.#services.flatMap(({ protocol, address, port, mark, ipv6, scheduler, destinations }) =>
      mark !== 0 || ipv6 !== undefined || (protocol !== PROTOCOL.tcp && protocol !== PROTOCOL.udp)
        ? []
        : [
            {
              protocol: protocol === PROTOCOL.tcp ? ('tcp' as const) : ('udp' as const),
              address: formatIpv4(address),
              port,
              scheduler: scheduler.name,
              servers: [...destinations]
                .filter(({ weight }) => weight > 0)
                .reverse()
                .map((server) => ({
                  address: formatIpv4(server.address),
                  port: server.port,
                  weight: schedulerFacts(scheduler.name).usesWeights ? server.weight : 1,
                })),
            },
          ],
    );
  }

  /** What the services ask of a director. */
  features(): Set<FeatureName> {
    return new Set(this.#services.flatMap(featuresOfService).filter((name) => FEATURES.has(name)));
  }

  /** Schedulers of services in which several servers can be chosen. */
  choosing(): Set<string> {
    return new Set(
      this.#services
        .filter(({ destinations }) => destinations.filter(({ weight }) => weight > 0).length > 1)
        .map(({ scheduler }) => scheduler.name),
    );
  }

  get #services(): readonly VirtualService[] {
    return [...this.#tables.core.state.services.everything()];
  }
}

function emptyTables(): VirtualDirector {
  return new VirtualDirector({ network: UNCONNECTED, maxConnections: 1 });
}

const OPTIONS: ReadonlyMap<number, string> = new Map([
  [PROTOCOL.tcp, '-t'],
  [PROTOCOL.udp, '-u'],
  [PROTOCOL.sctp, '--sctp-service'],
]);

/** Options for the thresholds of its servers, by the words that name the server in a rule. */
function limitsOf({ protocol, address, port, mark, destinations }: VirtualService): [string, string][] {
  const service = mark === 0 ? `${OPTIONS.get(protocol)} ${formatIpv4(address)}:${port}` : `-f ${mark >>> 0}`;
  return destinations
    .filter(({ upperThreshold, lowerThreshold }) => upperThreshold + lowerThreshold > 0)
    .map((server) => [
      `${service} -r ${formatIpv4(server.address)}:${server.port}`,
      ` -x ${server.upperThreshold} -y ${server.lowerThreshold}`,
    ]);
}

function featuresOfService(service: VirtualService): FeatureName[] {
  const { protocol, mark, ipv6, flags, destinations } = service;
  const kinds = destinations.flatMap(({ method, tunnel }) => {
    const mode = ALL_MODES.find((one) => MODES[one].method === method);
    if (mode === undefined) return [];
    const kind = MODES[mode].encapsulates ? TUNNEL_FEATURES.get(tunnel.type) : undefined;
    return [`mode/${mode}`, ...(kind === undefined ? [] : [kind])];
  });
  return [
    ...(mark === 0 ? [PROTOCOL_FEATURES.get(protocol) ?? `protocol/${protocol}`] : ['marks']),
    ipv6 === undefined ? 'family/ipv4' : 'family/ipv6',
    `scheduler/${service.scheduler.name}`,
    ...((flags & SERVICE_FLAG.persistent) !== 0 ? ['persistence'] : []),
    ...((flags & SERVICE_FLAG.onePacket) !== 0 ? ['one-packet'] : []),
    ...(destinations.some(({ upperThreshold, lowerThreshold }) => upperThreshold + lowerThreshold > 0)
      ? ['thresholds']
      : []),
    ...kinds,
  ];
}

function refuseOthers(asked: ReadonlySet<FeatureName>, declared: ReadonlySet<FeatureName>): void {
  const missing = [...asked].filter((name) => !declared.has(name));
  if (missing.length > 0) throw new UnsupportedError(`not supported: ${missing.join(', ')}`);
}
