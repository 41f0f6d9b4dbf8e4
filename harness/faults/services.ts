/** The services that faults are made under: HTTP and UDP, each server in turn, in the language of `ipvsadm -R`. */
import type { Topology } from '../../lab/index.ts';
import { MODES } from '../../lab/modes.ts';
import type { FaultModel } from '../../scenarios/faults/model.ts';

const HTTP_PORT = 80;
export const UDP_PORT = 9000;
/** Longer than a fault takes. */
const PERSISTENCE_S = 300;

/** Where servers listen: it differs where the mode can map ports. */
export function httpServerPort({ name: mode }: Topology): number {
  return MODES[mode].rewritesAddresses ? 8080 : HTTP_PORT;
}

export function targetOf({ vip }: Topology) {
  return { address: vip, httpPort: HTTP_PORT, udpPort: UDP_PORT };
}

/** What is balanced, and by which of the protocols. */
export interface Balanced {
  readonly topology: Topology;
  readonly protocols: readonly ('tcp' | 'udp')[];
}

/** Each service as rules name it, with a server's address and port behind it. */
function services({ topology, protocols }: Balanced): { readonly service: string; readonly port: number }[] {
  return [
    { protocol: 'tcp', service: `-t ${topology.vip}:${HTTP_PORT}`, port: httpServerPort(topology) },
    { protocol: 'udp', service: `-u ${topology.vip}:${UDP_PORT}`, port: UDP_PORT },
  ].filter(({ protocol }) => protocols.some((one) => one === protocol));
}

/** All services, for a director that has none. */
export function freshRules(balanced: Balanced, { isPersistent }: Pick<FaultModel, 'isPersistent'>): string[] {
  const { name, realServers } = balanced.topology;
  const method = MODES[name].ipvsadmOption;
  const persistence = isPersistent ? ` -p ${PERSISTENCE_S}` : '';
  return services(balanced).flatMap(({ service, port }) => [
    `-A ${service} -s rr${persistence}`,
    ...realServers.map(({ rip }) => `-a ${service} -r ${rip}:${port} ${method} -w 1`),
  ]);
}

export function weightRules(balanced: Balanced, rip: string, weight: number): string[] {
  const method = MODES[balanced.topology.name].ipvsadmOption;
  return services(balanced).map(
    ({ service, port }) => `-e ${service} -r ${rip}:${port} ${method} -w ${weight}`,
  );
}

export function deletionRules(balanced: Balanced, rip: string): string[] {
  return services(balanced).map(({ service, port }) => `-d ${service} -r ${rip}:${port}`);
}
