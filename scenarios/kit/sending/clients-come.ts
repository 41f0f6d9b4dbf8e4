/** Clients of several services. */
import type { Service } from '../service.ts';
import type { Stage } from '../stage.ts';

/** Lets so many new clients come to each service, from five addresses, and waits until their first packets have arrived. */
export async function clientsCome(
  stage: Stage,
  services: readonly Service[],
  first: number,
  count: number,
): Promise<void> {
  for (const service of services) {
    for (let i = first; i < first + count; i++) {
      const client = service.client(i, 1 + (i % 5));
      if (service.protocol === 'udp') service.datagram(client);
      else service.open(client);
    }
  }
  await stage.settle();
}
