/**
 * How TUN servers take off the outer IP header: with the kernel's ipip device where there is one, otherwise with a
 * program of the lab's own at the ingress of the interface.
 */
import { fileURLToPath } from 'node:url';
import { ExecaError } from 'execa';
import { LabError } from '../error.ts';
import type { LabHost } from './host.ts';

export type Decapsulation = 'kernel ipip (tunl0)' | 'BPF program at tcx ingress';

/**
 * Makes every given server decapsulate.
 *
 * @returns which of the two ways is used, in words.
 * @throws LabError if the kernel offers neither.
 */
export async function decapsulate(servers: readonly LabHost[]): Promise<Decapsulation> {
  const [first, ...others] = servers;
  if (first === undefined) throw new LabError('No server was given to decapsulate.');
  const withoutIpip = await useIpip(first);
  if (withoutIpip === undefined) {
    const refusals = await Promise.all(others.map(useIpip));
    const refusal = refusals.find((reason) => reason !== undefined);
    if (refusal !== undefined) throw new LabError(`tunl0 works on ${first.name}, but elsewhere: ${refusal}`);
    return 'kernel ipip (tunl0)';
  }
  try {
    await useProgram(first, servers);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    throw new LabError(
      'Real servers cannot take off the outer IP header here, so TUN cannot be tried. ' +
        `The kernel's ipip: ${withoutIpip}\nThe lab's own program (Linux 6.6 or newer): ${error.message}\n` +
        'Load the module "ipip", or use a newer kernel, or leave out the mode tun.',
    );
  }
  return 'BPF program at tcx ingress';
}

/** @returns why there is no ipip device, or `undefined` if it now decapsulates. */
async function useIpip(server: LabHost): Promise<string | undefined> {
  // tunl0 appears by itself in a new namespace once the module is loaded, and asking for one loads it.
  const script = [
    'set -e',
    'ip link show tunl0 2>/dev/null || ip link add tunl0 type ipip || ip link show tunl0 2>/dev/null',
    `echo ${server.spec.decapsulates?.reversePathFilter ?? 0} > /proc/sys/net/ipv4/conf/tunl0/rp_filter`,
    ...server.spec.loopback.flatMap((vip) => [
      `ip address del ${vip} dev lo`,
      `ip address add ${vip} dev tunl0`,
    ]),
    'ip link set tunl0 up',
  ];
  try {
    await server.run('sh', ['-c', script.join('\n')]);
    return undefined;
  } catch (error) {
    if (error instanceof ExecaError) return `${server.name}: ${error.stderr}`;
    throw error;
  }
}

/** One process serves all servers: it holds the programs, and they are gone when it is. */
async function useProgram(first: LabHost, servers: readonly LabHost[]): Promise<void> {
  await Promise.all(servers.map(makeTunnelDevice));
  const targets = servers.map(({ namespace, spec }) => {
    const port = spec.interfaces.find(({ name }) => name === spec.decapsulates?.interface);
    if (port === undefined) {
      throw new LabError(
        `${spec.name} is to decapsulate on ${spec.decapsulates?.interface}, which it has not.`,
      );
    }
    const device = spec.decapsulates?.tunnelDevice;
    return [
      namespace,
      port.name,
      port.addresses[0]!.split('/')[0],
      ...(device === undefined ? [] : [device]),
    ].join('/');
  });
  const program = fileURLToPath(new URL('./decapsulator.ts', import.meta.url));
  await first.start('decapsulator', process.execPath, [program, ...targets], {
    ready: /^ready$/m,
    // The kernel takes some 10 ms per interface to attach a program.
    readyTimeoutMs: 10_000 + 100 * targets.length,
  });
}

/**
 * The device that what comes out of the tunnel is to arrive on, where one is asked for. It has the MAC address of the
 * interface, or the stack would take the frames for somebody else's.
 */
async function makeTunnelDevice(server: LabHost): Promise<void> {
  const { tunnelDevice: device, interface: name, reversePathFilter = 0 } = server.spec.decapsulates ?? {};
  const port = server.spec.interfaces.find((one) => one.name === name);
  if (device === undefined || port === undefined) return;
  const script = [
    'set -e',
    `ip link add ${device} address ${port.mac} type veth peer name ${device}.far`,
    `ip link set ${device} up`,
    `ip link set ${device}.far up`,
    `echo ${reversePathFilter} > /proc/sys/net/ipv4/conf/${device}/rp_filter`,
  ];
  await server.run('sh', ['-c', script.join('\n')]);
}
