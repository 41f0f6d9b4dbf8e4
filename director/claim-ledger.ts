/** Keeps the claims as the rules say: every service, and every server by NAT, deleted ones with connections included. */
import type { ClaimedEndpoints, Claims, Endpoint, EndpointRange } from './claims.ts';
import { ISAKMP_PORT } from './connections/lookup.ts';
import type { Destination } from './services/destination.ts';
import { METHOD } from './services/forwarding-method.ts';
import type { MarkRule, Marks } from './services/marks.ts';
import type { ServiceTable } from './services/service-table.ts';
import type { ServiceKey } from './services/virtual-service.ts';
import { PROTOCOL } from './wire/ipv4.ts';

const FTP_PORT = 21;
const FTP_DATA_PORT = 20;
const FIRST_UNPRIVILEGED_PORT = 1024;
const LAST_PORT = 65_535;
/** They follow the UDP flow of their key exchange. */
const WITHOUT_PORTS = [PROTOCOL.ah, PROTOCOL.esp];

const NOTHING: ClaimedEndpoints = {
  virtual: [],
  virtualRanges: [],
  servers: [],
  serverRanges: [],
  localServers: [],
  localServerRanges: [],
  localClients: [],
  marks: [],
};

/** What the claims follow from. */
export interface ClaimSources {
  readonly services: ServiceTable;
  readonly marks: Marks;
  /** Addresses from which clients on this machine have asked so far. */
  readonly localClients: ReadonlySet<number>;
  /** Whether an address is one of this machine's. */
  readonly isLocal: (address: number) => boolean;
}

/** Services whose claims are looked at together, beside those that have changed: packets do not wait for more. */
const SERVICES_AT_ONCE = 250;

export class ClaimLedger {
  readonly #sources: ClaimSources;
  readonly #claims: Claims;
  /** What each service has claimed, by its key as text. */
  readonly #byService = new Map<string, { readonly key: ServiceKey; readonly claimed: ClaimedEndpoints }>();
  readonly #clients = new Set<number>();
  #markRules: readonly MarkRule[] = [];
  #ofMarks = NOTHING;
  /** There is no service that packets may find, so nothing is claimed. */
  #isIdle = true;
  /** Services that are still to be looked at, as the first one has come or the last one has gone. */
  #remaining: Iterator<[string, ServiceKey], void> | undefined;

  constructor(sources: ClaimSources, claims: Claims) {
    this.#sources = sources;
    this.#claims = claims;
  }

  /** False where it takes more calls of `follow` until all has been looked at. */
  get isComplete(): boolean {
    return this.#remaining === undefined;
  }

  /** Follows what has changed of services, servers, marks and clients. */
  follow(): void {
    const { services, marks, localClients } = this.#sources;
    const isIdle = services.size === 0;
    if (isIdle !== this.#isIdle) {
      this.#isIdle = isIdle;
      this.#remaining = isIdle ? this.#claimers() : services.keys();
    }
    for (const [text, key] of services.takeTouched()) this.#claim(text, key);
    this.#goOn(SERVICES_AT_ONCE);
    if (isIdle) this.#forgetMarksAndClients();
    else this.#followMarksAndClients(marks.rules, localClients);
  }

  /** Begins anew and at once, since which addresses are this machine's has changed. */
  restart(): void {
    for (const { claimed } of this.#byService.values()) this.#claims.remove(claimed);
    this.#byService.clear();
    this.#forgetMarksAndClients();
    this.#isIdle = true;
    this.follow();
    this.#goOn(Number.POSITIVE_INFINITY);
  }

  #goOn(most: number): void {
    for (let services = 0; this.#remaining !== undefined && services < most; services++) {
      const { value } = this.#remaining.next();
      if (value === undefined) this.#remaining = undefined;
      else this.#claim(...value);
    }
  }

  *#claimers(): Generator<[string, ServiceKey], void> {
    for (const [text, { key }] of this.#byService) yield [text, key];
  }

  #followMarksAndClients(rules: readonly MarkRule[], clients: ReadonlySet<number>): void {
    if (this.#markRules !== rules) {
      const ofMarks = claimsOfMarks(rules);
      this.#claims.add(ofMarks);
      this.#claims.remove(this.#ofMarks);
      this.#ofMarks = ofMarks;
      this.#markRules = rules;
    }
    if (this.#clients.size === clients.size) return;
    for (const client of clients.difference(this.#clients)) {
      this.#clients.add(client);
      this.#claims.localClients.add(client);
    }
  }

  #forgetMarksAndClients(): void {
    this.#claims.remove(this.#ofMarks);
    this.#ofMarks = NOTHING;
    this.#markRules = [];
    for (const client of this.#clients) this.#claims.localClients.remove(client);
    this.#clients.clear();
  }

  #claim(text: string, key: ServiceKey): void {
    const { services, isLocal } = this.#sources;
    const service = services.get(key);
    const parked = services.parkedOf(key);
    const before = this.#byService.get(text)?.claimed;
    if (!this.#isIdle && key.ipv6 === undefined && (service !== undefined || parked.length > 0)) {
      const claimed = claimsOf(key, [...(service?.destinations ?? []), ...parked], isLocal);
      this.#byService.set(text, { key, claimed });
      this.#claims.add(claimed);
    } else {
      this.#byService.delete(text);
    }
    // After the new ones, so that what stays has never gone.
    if (before !== undefined) this.#claims.remove(before);
  }
}

type ClaimedServer = Pick<Destination, 'method' | 'address' | 'port'>;

function claimsOf(
  service: ServiceKey,
  destinations: readonly ClaimedServer[],
  isLocal: ClaimSources['isLocal'],
): ClaimedEndpoints {
  const ofServers = destinations
    .filter(({ method }) => method === METHOD.masquerade)
    .map((server) => ({ ...claimsOfServer(service, server), isLocal: isLocal(server.address) }));
  const local = ofServers.filter((server) => server.isLocal);
  return {
    ...claimsOfService(service),
    servers: ofServers.flatMap(({ endpoints }) => endpoints),
    serverRanges: ofServers.flatMap(({ ranges }) => ranges),
    localServers: local.flatMap(({ endpoints }) => endpoints),
    localServerRanges: local.flatMap(({ ranges }) => ranges),
  };
}

type ServiceClaims = Pick<ClaimedEndpoints, 'virtual' | 'virtualRanges' | 'localClients' | 'marks'>;

function claimsOfService(service: ServiceKey): ServiceClaims {
  const { protocol, address, port, mark } = service;
  if (mark) return { ...NOTHING, marks: [mark] };
  const virtual: Endpoint[] = [];
  const virtualRanges: EndpointRange[] = [];
  if (port !== 0) virtual.push({ protocol, address, port });
  else virtualRanges.push(everyPort(protocol, address));
  if (protocol === PROTOCOL.tcp && port === FTP_PORT) {
    virtual.push({ protocol, address, port: FTP_DATA_PORT });
    virtualRanges.push({ ...everyPort(protocol, address), firstPort: FIRST_UNPRIVILEGED_PORT });
  }
  if (isFollowed(service)) virtualRanges.push(...WITHOUT_PORTS.map((other) => everyPort(other, address)));
  // A client on this machine that asks for a VIP of this machine has that address itself, unless it chose another.
  return { virtual, virtualRanges, localClients: virtual.length === 0 ? [address] : [], marks: [] };
}

function claimsOfServer(
  service: ServiceKey,
  { address, port }: ClaimedServer,
): { readonly endpoints: readonly Endpoint[]; readonly ranges: readonly EndpointRange[] } {
  // Behind a mark, persistence or FTP the server's port is whatever the client asked for.
  const isFixed = port !== 0 && !service.mark && service.port !== 0 && service.port !== FTP_PORT;
  const ranges = isFixed ? [] : [everyPort(service.protocol, address)];
  if (isFollowed(service)) ranges.push(...WITHOUT_PORTS.map((other) => everyPort(other, address)));
  return { endpoints: isFixed ? [{ protocol: service.protocol, address, port }] : [], ranges };
}

function claimsOfMarks(rules: readonly MarkRule[]): ClaimedEndpoints {
  const virtualRanges = rules
    .filter(({ mark }) => mark !== 0)
    .map(({ port, protocol, address, prefixLength }) => ({
      protocol,
      address,
      prefixLength,
      firstPort: port,
      lastPort: port === 0 ? LAST_PORT : port,
    }));
  return { ...NOTHING, virtualRanges };
}

/** Whether connections of the service may have AH and ESP packets follow them. A mark’s are in the mark’s own ranges. */
function isFollowed({ protocol, port, mark }: ServiceKey): boolean {
  return !mark && protocol === PROTOCOL.udp && (port === ISAKMP_PORT || port === 0);
}

function everyPort(protocol: number, address: number): EndpointRange {
  return { protocol, address, prefixLength: 32, firstPort: 0, lastPort: LAST_PORT };
}
