/** The virtual services of a site’s rules, and those that captures cannot show. */
import { applyRules, Core, type Destination, parseRules, seededRandom } from '../../director/index.ts';

/** What packets of a firewall mark ask for: the mark itself is on none of them. */
export interface MarkedAddress {
  readonly protocol: number;
  /** As a signed 32-bit integer. */
  readonly address: number;
  /** 0 for every port. */
  readonly port: number;
}

export interface AddressedService extends MarkedAddress {
  readonly destinations: readonly Destination[];
}

type Marks = ReadonlyMap<number, readonly MarkedAddress[]>;

/** @throws RuleError */
export function addressedServices(rules: string, name: string, marks: Marks = new Map()): AddressedService[] {
  return servicesOf(rules, name).flatMap(({ protocol, address, port, mark, ipv6, destinations }) => {
    if (ipv6 !== undefined) return [];
    if (mark === 0) return [{ protocol, address, port, destinations }];
    return (marks.get(mark) ?? []).map((asked) => ({ ...asked, destinations }));
  });
}

/** Services that are not looked at, in sentences. @throws RuleError */
export function servicesLeftOut(rules: string, name: string, marks: Marks = new Map()): string[] {
  const services = servicesOf(rules, name);
  const marked = services.filter(({ mark }) => mark !== 0 && !marks.has(mark)).map(({ mark }) => mark >>> 0);
  return [
    ...marked.map(
      (mark) =>
        `The service of firewall mark ${mark}: it names no address. Say what its clients ask for with --mark ${mark}=tcp/ADDRESS:PORT.`,
    ),
    ...(services.some(({ ipv6 }) => ipv6 !== undefined)
      ? ['The services of IPv6: only IPv4 is looked at.']
      : []),
    ...(services.some(({ destinations }) => destinations.length === 0)
      ? ['Services without a real server: nothing can be forwarded for them.']
      : []),
    ...(services.length === 0 ? ['The rules have no virtual service.'] : []),
  ];
}

function servicesOf(rules: string, name: string) {
  const core = new Core({ sink: { send: () => undefined }, random: seededRandom(1), maxConnections: 4096 });
  applyRules(core.state, parseRules(rules, name));
  return [...core.state.services.all()];
}
