/** How long a scheduler takes to pick a server, beside taking one at random. */
import {
  defaultSettings,
  type FlowKey,
  ipv4,
  METHOD,
  PROTOCOL,
  SCHEDULERS,
  ServiceTable,
  type VirtualService,
} from '../../director/index.ts';
import { type Figure, measure } from './measure.ts';

const FLEETS = [4, 100, 1000];
const FLOWS = 4096;
const FIRST_SERVER = ipv4('10.1.0.1');
const SERVICE = { protocol: PROTOCOL.tcp, address: ipv4('10.99.0.1'), port: 80 };

export async function* picks(): AsyncGenerator<Figure> {
  const flows = makeFlows();
  for (const scheduler of Object.keys(SCHEDULERS)) {
    for (const servers of FLEETS) yield await pick(scheduler, servers, flows);
  }
}

function pick(scheduler: string, servers: number, flows: readonly FlowKey[]): Promise<Figure> {
  const random = makeRandom();
  const service = makeService(scheduler, servers, random);
  return measure({
    group: `pick with ${servers} servers`,
    name: scheduler,
    call: (i) => service.scheduler.pick(flows[i % FLOWS] as FlowKey, 0),
    reference: {
      name: 'one at random',
      call: () => service.destinations[random() % servers],
    },
  });
}

/** A service whose servers differ in weight and load. */
function makeService(scheduler: string, servers: number, random: () => number): VirtualService {
  const services = new ServiceTable({ settings: defaultSettings(), random }, SCHEDULERS);
  const service = services.addService(SERVICE, { scheduler, flags: 0, persistenceMs: 0, netmask: -1 });
  for (let i = 0; i < servers; i++) {
    const options = { method: METHOD.masquerade, weight: 1 + (i % 7), upperThreshold: 0, lowerThreshold: 0 };
    services.addDestination(SERVICE, { address: FIRST_SERVER, port: 8000 + i }, options);
  }
  service.destinations.forEach((server, i) => {
    server.connections = (i * 37) % 50;
    server.activeConnections = (i * 17) % (server.connections + 1);
  });
  return service;
}

function makeFlows(): FlowKey[] {
  return Array.from({ length: FLOWS }, (_, i) => ({
    source: (FIRST_SERVER + Math.imul(i, 0x9e3779b1)) | 0,
    sourcePort: 1024 + i,
    destination: (FIRST_SERVER + i * 7) | 0,
    protocol: PROTOCOL.tcp,
  }));
}

function makeRandom(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state;
  };
}
