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

/** Each service as rules name it, with a server's address and port behind it. */
function services(topology: Topology): { readonly service: string; readonly port: number }[] {
  return [
    { service: `-t ${topology.vip}:${HTTP_PORT}`, port: httpServerPort(topology) },
    { service: `-u ${topology.vip}:${UDP_PORT}`, port: UDP_PORT },
  ];
}

/** Both services anew. */
export function freshRules(topology: Topology, { isPersistent }: Pick<FaultModel, 'isPersistent'>): string[] {
  const method = MODES[topology.name].ipvsadmOption;
  const persistence = isPersistent ? ` -p ${PERSISTENCE_S}` : '';
  return [
    '-C',
    ...services(topology).flatMap(({ service, port }) => [
      `-A ${service} -s rr${persistence}`,
      ...topology.realServers.map(({ rip }) => `-a ${service} -r ${rip}:${port} ${method} -w 1`),
    ]),
  ];
}

export function weightRules(topology: Topology, rip: string, weight: number): string[] {
  const method = MODES[topology.name].ipvsadmOption;
  return services(topology).map(
    ({ service, port }) => `-e ${service} -r ${rip}:${port} ${method} -w ${weight}`,
  );
}

export function deletionRules(topology: Topology, rip: string): string[] {
  return services(topology).map(({ service, port }) => `-d ${service} -r ${rip}:${port}`);
}
