/**
 * Servers that were deleted. One that is added again to the same service within a few minutes, or as long as
 * something still refers to it, comes back with its connections and counters.
 */
import type { Destination, DestinationImage, ServerKey } from './destination.ts';
import type { ServiceKey } from './virtual-service.ts';

/** A deleted server with the key of the service that it served. */
export interface ParkedDestination {
  readonly service: ServiceKey;
  readonly destination: Destination;
}

interface Parked extends ParkedDestination {
  /** When it was first found that nothing refers to it. */
  idleSinceMs: number | undefined;
}

/** A deleted server as plain data. */
export interface ParkedImage {
  readonly service: ServiceKey;
  readonly destination: DestinationImage;
  readonly idleSinceMs?: number | undefined;
  /** False if its service has been deleted since: should it come back, its counters begin anew. */
  readonly ofSameService: boolean;
}

export interface ParkedDestinationsImage {
  readonly nextCheckMs?: number | undefined;
  readonly servers: readonly ParkedImage[];
}

const CHECK_INTERVAL_MS = 60_000;
/** Looked at together: packets do not wait for more. */
const SERVERS_AT_ONCE = 250;
/** Kept this long after that. */
const KEPT_MS = 120_000;

export class ParkedDestinations {
  /** By their services' keys as text, then by server. */
  readonly #parked = new Map<string, Map<string, Parked>>();
  #nextCheckMs: number | undefined;
  /** Those that are still to be looked at, of all that there were then, and when that began. */
  #unchecked: Iterator<Parked, void> | undefined;
  #checkedAtMs = 0;

  all(): Iterable<ParkedDestination> {
    return this.#each();
  }

  of(service: ServiceKey): ParkedDestination[] {
    return [...(this.#parked.get(serviceText(service))?.values() ?? [])];
  }

  /** The services that servers were deleted from, by their keys as text. Servers may come and go meanwhile. */
  *services(): Generator<[string, ServiceKey], void> {
    for (const [text, servers] of this.#parked) {
      for (const { service } of servers.values()) {
        yield [text, service];
        break;
      }
    }
  }

  add(service: ServiceKey, destination: Destination): void {
    this.#put({ service, destination });
  }

  get nextCheckMs(): number | undefined {
    return this.#nextCheckMs;
  }

  /** All of them, one by one, for another one to go on from. @param servesStill Whether a server's service is the one that there is. */
  *images(servesStill: (parked: ParkedDestination) => boolean): Generator<ParkedImage> {
    for (const parked of this.#each()) {
      const { protocol, address, port, mark = 0, ipv6 } = parked.service;
      yield {
        service: { protocol, address, port, mark, ipv6 },
        destination: parked.destination.image(),
        idleSinceMs: parked.idleSinceMs,
        ofSameService: servesStill(parked),
      };
    }
  }

  /** Goes on from what `images` gave. @param restored Makes a server of its image. */
  restore(
    { nextCheckMs, servers }: ParkedDestinationsImage,
    restored: (image: ParkedImage) => Destination,
  ): void {
    this.#nextCheckMs = nextCheckMs;
    for (const image of servers) this.#put({ ...image, destination: restored(image) });
  }

  has(service: ServiceKey, server: ServerKey): boolean {
    return this.#parked.get(serviceText(service))?.has(serverText(server)) === true;
  }

  /** Takes out the server with this address and port of the service with this key. */
  take(service: ServiceKey, server: ServerKey): Destination | undefined {
    const servers = this.#parked.get(serviceText(service));
    const found = servers?.get(serverText(server))?.destination;
    this.#delete(service, server);
    return found;
  }

  /** Takes out what nothing has referred to for two minutes, looking once a minute, at some of them with each call. */
  purge(nowMs: number): readonly ParkedDestination[] {
    if (this.#parked.size === 0) this.#nextCheckMs = undefined;
    else this.#nextCheckMs ??= nowMs + CHECK_INTERVAL_MS;
    if (this.#nextCheckMs !== undefined && nowMs >= this.#nextCheckMs) {
      this.#nextCheckMs = nowMs + CHECK_INTERVAL_MS;
      this.#unchecked = this.#each();
      this.#checkedAtMs = nowMs;
    }
    const gone: ParkedDestination[] = [];
    for (let servers = 0; this.#unchecked !== undefined && servers < SERVERS_AT_ONCE; servers++) {
      const { value: parked } = this.#unchecked.next();
      if (parked === undefined) this.#unchecked = undefined;
      else if (this.#isIdleForLong(parked)) {
        this.#delete(parked.service, parked.destination);
        gone.push(parked);
      }
    }
    return gone;
  }

  #isIdleForLong(parked: Parked): boolean {
    if (parked.destination.referenced) return false;
    parked.idleSinceMs ??= this.#checkedAtMs;
    return this.#checkedAtMs >= parked.idleSinceMs + KEPT_MS;
  }

  *#each(): Generator<Parked, void> {
    for (const servers of this.#parked.values()) yield* servers.values();
  }

  #put({
    service,
    destination,
    idleSinceMs,
  }: ParkedDestination & { idleSinceMs?: number | undefined }): void {
    const text = serviceText(service);
    const servers = this.#parked.get(text) ?? new Map<string, Parked>();
    servers.set(serverText(destination), { service, destination, idleSinceMs });
    this.#parked.set(text, servers);
  }

  #delete(service: ServiceKey, server: ServerKey): void {
    const text = serviceText(service);
    const servers = this.#parked.get(text);
    servers?.delete(serverText(server));
    if (servers?.size === 0) this.#parked.delete(text);
  }
}

/** What tells services apart, in a word. */
export function serviceText({ protocol, address, port, mark = 0, ipv6 }: ServiceKey): string {
  return `${mark} ${protocol} ${ipv6 ?? address} ${port}`;
}

function serverText({ address, port, ipv6 }: ServerKey): string {
  return `${ipv6 ?? address} ${port}`;
}
