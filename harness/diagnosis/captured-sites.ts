/** A site as an operator has it: the rules, and captures and facts from some of its hosts. */
import { formatIpv4 } from '../../director/index.ts';
import type { DecodedCapture } from '../../lab/captures/read-capture.ts';
import type { Mode } from '../../lab/index.ts';
import { modesWhere } from '../../lab/modes.ts';
import type { HostFacts } from './host-facts.ts';
import { addressedServices, type MarkedAddress } from './rules.ts';
import type { CapturedAt, Site, SiteCapture, SiteServer, SiteService } from './site.ts';

export interface Given {
  readonly rules: string;
  readonly rulesName: string;
  /** Host names are `director`, the RIP of a real server, or anything else for another host. */
  readonly captures: readonly DecodedCapture[];
  readonly facts: ReadonlyMap<string, HostFacts>;
  /** On the hosts themselves if absent. */
  readonly capturedAt?: CapturedAt;
  /** What is asked for where a service has a firewall mark instead of an address. */
  readonly marks?: ReadonlyMap<number, readonly MarkedAddress[]>;
}

/** One site for each VIP and forwarding method of the rules. @throws RuleError */
export function sitesOf({ rules, rulesName, captures, facts, capturedAt = 'host', marks }: Given): Site[] {
  const byVip = new Map<string, { mode: Mode; vip: number; services: SiteService[]; rips: Set<number> }>();
  for (const { protocol, address, port, destinations } of addressedServices(rules, rulesName, marks)) {
    for (const destination of destinations) {
      const mode = modesWhere(({ method }) => method === destination.method)[0];
      if (mode === undefined) continue;
      const key = `${address} ${mode}`;
      const site = byVip.get(key) ?? { mode, vip: address, services: [], rips: new Set<number>() };
      byVip.set(key, site);
      site.rips.add(destination.address);
      const service = { protocol, virtualPort: port, serverPort: destination.port || port };
      if (!site.services.some((one) => isSame(one, service))) site.services.push(service);
    }
  }
  return [...byVip.values()].map(({ mode, vip, services, rips }) => ({
    mode,
    vip,
    vipText: formatIpv4(vip),
    services,
    capturedAt,
    sharesVip: [...byVip.values()].filter((site) => site.vip === vip).length > 1,
    servers: [...rips].map((rip): SiteServer => {
      const ripText = formatIpv4(rip);
      return { host: ripText, rip, ripText, captures: of(ripText), ...known(ripText) };
    }),
    director: { host: 'director', captures: of('director'), ...known('director') },
    others: othersOf([...rips].map(formatIpv4)),
  }));

  function of(host: string): SiteCapture[] {
    return captures.filter((capture) => capture.host === host);
  }

  function known(host: string) {
    const found = facts.get(host);
    return found === undefined ? {} : { facts: found };
  }

  function othersOf(rips: readonly string[]) {
    const hosts = new Set(
      captures.map(({ host }) => host).filter((host) => host !== 'director' && !rips.includes(host)),
    );
    return [...hosts].map((host) => ({ host, captures: of(host), ...known(host) }));
  }
}

function isSame(a: SiteService, b: SiteService): boolean {
  return a.protocol === b.protocol && a.virtualPort === b.virtualPort && a.serverPort === b.serverPort;
}
