/** One connection from each of many addresses, for schedulers that compute the server. */

import type { Journal } from '../../kit/journal.ts';
import type { Service } from '../../kit/service.ts';
import type { ModelServer } from '../../models/choice.ts';
import type { MaglevServer } from '../../models/mh.ts';
import { modelOf } from '../../models/reference-model.ts';

const CLIENTS = 60;

interface Circumstances {
  /** As for `ipvsadm -b`. */
  readonly flags?: string;
  /** What has become of servers, by name. */
  readonly changed?: Readonly<Record<string, Partial<MaglevServer>>>;
  readonly removed?: string;
  /** A server that may have one connection only: it is full from its first one on. */
  readonly full?: string;
}

/** Opens one connection from each of many addresses and expects each where the reference model says. */
export async function openFromMany(
  journal: Journal,
  service: Service,
  why: string,
  { flags, changed = {}, removed, full }: Circumstances = {},
): Promise<void> {
  const model = modelOf(service.setup.scheduler as string, flags);
  await service.meetServers();
  let list: ModelServer[] = service.servers
    .filter(({ name }) => name !== removed)
    .map((server) => ({ ...server, active: 0, inactive: 0, ...changed[server.name] }))
    .reverse();
  for (let n = 1; n <= CLIENTS; n++) {
    const client = journal.newClient(n);
    const request = { client: client.address, clientPort: client.port, destination: service.stage.vip };
    const server = model(list, request, []);
    journal.expect(journal.openOne(client), server, why);
    if (server === full) list = list.map((one) => (one.name === full ? { ...one, isFull: true } : one));
  }
  await service.stage.settle();
}
