/** A lab as a site: everything is captured, and every host can be asked. */

import type { DecodedCapture } from '../../lab/captures/read-capture.ts';
import type { Lab, Topology } from '../../lab/index.ts';
import type { ServiceUnderTest } from '../../scenarios/kit/session/service-under-test.ts';
import { COLLECT_COMMAND, type HostFacts, readFacts } from './host-facts.ts';
import type { Site, SiteCapture } from './site.ts';

const TCP = 6;
const UDP = 17;

/** Facts by host name: of the director and of every real server. */
export async function collectFacts(lab: Lab): Promise<Map<string, HostFacts>> {
  const asked = lab.hosts.filter(({ spec }) => spec.role === 'director' || spec.role === 'server');
  const answers = asked.map(async (host): Promise<[string, HostFacts]> => {
    const { stdout } = await host.run('sh', ['-c', COLLECT_COMMAND], { reject: false });
    return [host.name, readFacts(String(stdout), host.name)];
  });
  return new Map(await Promise.all(answers));
}

export function siteOfLab(
  topology: Topology,
  service: ServiceUnderTest,
  captures: readonly DecodedCapture[],
  facts: ReadonlyMap<string, HostFacts>,
): Site {
  const of = (host: string): SiteCapture[] => captures.filter((capture) => capture.host === host);
  const known = (host: string) => {
    const found = facts.get(host);
    return found === undefined ? {} : { facts: found };
  };
  const inService = new Set(['director', ...service.servers.map(({ host }) => host)]);
  return {
    mode: topology.name,
    capturedAt: 'link',
    vip: service.vip,
    vipText: service.vipText,
    services: [
      { protocol: TCP, virtualPort: service.httpPort, serverPort: service.httpServerPort },
      { protocol: UDP, virtualPort: service.udpPort, serverPort: service.udpServerPort },
    ],
    servers: service.servers.map(({ host, rip, ripText }) => ({
      host,
      rip,
      ripText,
      captures: of(host),
      macs: macsOf(topology, host),
      ...known(host),
      ...gatewayOf(topology, host),
    })),
    director: {
      host: 'director',
      macs: macsOf(topology, 'director'),
      captures: of('director'),
      dipText: topology.dip,
      ...known('director'),
    },
    others: topology.hosts
      .filter(({ name }) => !inService.has(name))
      .map(({ name }) => ({ host: name, captures: of(name) })),
  };
}

function macsOf({ hosts }: Topology, name: string): string[] {
  return hosts.filter((host) => host.name === name).flatMap((host) => host.interfaces.map(({ mac }) => mac));
}

/** The router on the server’s segment, which is its way to the clients in DR and TUN. */
function gatewayOf({ hosts }: Topology, server: string): { gateway?: string } {
  const segment = hosts.find(({ name }) => name === server)?.interfaces[0]?.switch;
  const address = hosts
    .find(({ role }) => role === 'router')
    ?.interfaces.find((port) => port.switch === segment)
    ?.addresses[0]?.split('/')[0];
  return address === undefined ? {} : { gateway: address };
}
