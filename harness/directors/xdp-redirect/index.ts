/**
 * The least that can be done to a frame on its way through: an XDP program rewrites it and sends it on, without looking
 * anything up. All datagrams go to the first server. Nothing that balances can be faster on the same links.
 */
import { type Lab, LabError, type LabHost, type Mode } from '../../../lab/index.ts';
import { ALL_MODES, MODES } from '../../../lab/modes.ts';
import { attachXdp, BpfError, loadProgram, PROGRAM_TYPE } from '../../../native/bpf/program.ts';
import { inNamespace, interfaceIndex } from '../../../native/namespaces.ts';
import { close } from '../../../native/sockets.ts';
import type { BalancedService, Reference, RunningReference } from '../director-under-test.ts';
import { type Redirection, redirectProgram } from './program.ts';

export const xdpRedirect: Reference = {
  name: 'xdp-redirect',
  host: 'redirect',
  isReference: true,
  description: 'A bare XDP program that rewrites datagrams for one server and redirects them',
  kind: 'balancer',
  modes: ALL_MODES,
  protocols: ['udp'],
  unavailable: async () => undefined,
  start: async (host, services, lab): Promise<RunningReference> => {
    const [service] = services;
    if (service?.protocol !== 'udp') throw new LabError('xdp-redirect has no datagrams to redirect.');
    const way = await wayOf(lab, host, service);
    const fds = inNamespace(`/run/netns/${host.namespace}`, () =>
      attach(host, service, way, lab.topology.name),
    );
    return { ended: new Promise(() => undefined), stop: async () => fds.forEach(close) };
  },
};

interface Way {
  readonly device: string;
  /** The address that packets leave with which the host makes itself. */
  readonly source: string;
  readonly destinationMac: string;
}

/** Where packets to the first server go. */
async function wayOf(lab: Lab, host: LabHost, { servers }: BalancedService): Promise<Way> {
  const server = servers[0]?.address ?? '';
  const { stdout } = await host.run('ip', ['-j', 'route', 'get', server]);
  const [route] = JSON.parse(stdout) as { dev: string; gateway?: string; prefsrc: string }[];
  const next = route?.gateway ?? server;
  const ports = lab.hosts.flatMap(({ spec }) => spec.interfaces);
  const port = ports.find(({ addresses }) => addresses.some((one) => one.split('/')[0] === next));
  if (route === undefined || port === undefined) throw new LabError(`${host.name} has no way to ${server}.`);
  return { device: route.dev, source: route.prefsrc, destinationMac: port.mac };
}

/** In the host's namespace. The program stays until what is returned is closed, at the latest with this process. */
function attach(host: LabHost, service: BalancedService, way: Way, mode: Mode): number[] {
  const [server] = service.servers;
  if (server === undefined) throw new LabError('xdp-redirect has no server to redirect to.');
  const redirection: Redirection = {
    address: service.address,
    port: service.port,
    ...(MODES[mode].rewritesAddresses && { rewritten: server }),
    ...(MODES[mode].encapsulates && { outer: { source: way.source, destination: server.address } }),
    interfaceIndex: interfaceIndex(way.device),
    sourceMac: host.spec.interfaces.find(({ name }) => name === way.device)?.mac ?? '',
    destinationMac: way.destinationMac,
  };
  try {
    const program = loadProgram(redirectProgram(redirection), PROGRAM_TYPE.xdp);
    return [attachXdp(program, 'eth0'), program];
  } catch (error) {
    if (!(error instanceof BpfError)) throw error;
    throw new LabError(`xdp-redirect on ${host.name}: ${error.message}`);
  }
}
