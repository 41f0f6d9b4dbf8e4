/**
 * Servers that were deleted. One that is added again to the same service within a few minutes, or as long as
 * something still refers to it, comes back with its connections and counters.
 */
import type { Destination, ServerKey } from './destination.ts';
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

const CHECK_INTERVAL_MS = 60_000;
/** Kept this long after that. */
const KEPT_MS = 120_000;

export class ParkedDestinations {
  readonly #parked = new Map<string, Parked>();
  #nextCheckMs: number | undefined;

  all(): IterableIterator<ParkedDestination> {
    return this.#parked.values();
  }

  add(service: ServiceKey, destination: Destination): void {
    this.#parked.set(keyText(service, destination), { service, destination, idleSinceMs: undefined });
  }

  has(service: ServiceKey, server: ServerKey): boolean {
    return this.#parked.has(keyText(service, server));
  }

  /** Takes out the server with this address and port of the service with this key. */
  take(service: ServiceKey, server: ServerKey): Destination | undefined {
    const text = keyText(service, server);
    const found = this.#parked.get(text)?.destination;
    this.#parked.delete(text);
    return found;
  }

  /** Takes out what nothing has referred to for two minutes, looking once a minute. */
  purge(nowMs: number): readonly Destination[] {
    if (this.#parked.size === 0) this.#nextCheckMs = undefined;
    else this.#nextCheckMs ??= nowMs + CHECK_INTERVAL_MS;
    if (this.#nextCheckMs === undefined || nowMs < this.#nextCheckMs) return [];
    this.#nextCheckMs = nowMs + CHECK_INTERVAL_MS;
    const gone: Destination[] = [];
    for (const [text, parked] of this.#parked) {
      if (parked.destination.referenced) continue;
      parked.idleSinceMs ??= nowMs;
      if (nowMs < parked.idleSinceMs + KEPT_MS) continue;
      this.#parked.delete(text);
      gone.push(parked.destination);
    }
    return gone;
  }
}

function keyText(service: ServiceKey, server: ServerKey): string {
  const { protocol, address, port, mark = 0 } = service;
  const at = `${service.ipv6 ?? address} ${port} ${server.ipv6 ?? server.address} ${server.port}`;
  return `${mark} ${protocol} ${at}`;
}
