/** The virtual services that a session sets up, and their rules. */

import { addressOf } from '../../../lab/captures/format.ts';
import type { Topology } from '../../../lab/index.ts';
import { MODES } from '../../../lab/modes.ts';

interface ServerUnderTest {
  readonly host: string;
  readonly rip: number;
  readonly ripText: string;
  /** MAC of the interface that requests arrive on. */
  readonly mac: string;
  readonly weight: number;
}

export interface ServiceUnderTest {
  /** Addresses as in `lab/captures/format.ts`. */
  readonly vip: number;
  readonly cip: number;
  readonly dip: number;
  readonly vipText: string;
  /** Port of the HTTP service, and where its servers listen. They differ where the mode can map ports. */
  readonly httpPort: number;
  readonly httpServerPort: number;
  readonly udpPort: number;
  readonly udpServerPort: number;
  /** A port of the VIP for which there is no rule: the director's own stack serves it. */
  readonly localPort: number;
  readonly servers: readonly ServerUnderTest[];
  /** In the language of `ipvsadm -R`. */
  readonly rules: readonly string[];
}

export function serviceUnderTest(
  topology: Topology,
  scheduler: string,
  weights: readonly number[],
): ServiceUnderTest {
  const { ipvsadmOption, rewritesAddresses } = MODES[topology.name];
  const ports = {
    httpPort: 80,
    httpServerPort: rewritesAddresses ? 8080 : 80,
    udpPort: 5300,
    udpServerPort: rewritesAddresses ? 5353 : 5300,
    localPort: 9000,
  };
  const servers = topology.realServers.map(({ host, rip }, i) => ({
    host,
    rip: addressOf(rip),
    ripText: rip,
    mac: macOf(topology, host),
    weight: weights[i % weights.length] as number,
  }));
  const rules = [
    ...rulesOf('-t', ports.httpPort, ports.httpServerPort),
    ...rulesOf('-u', ports.udpPort, ports.udpServerPort),
  ];
  return {
    vip: addressOf(topology.vip),
    cip: addressOf(topology.cip),
    dip: addressOf(topology.dip),
    vipText: topology.vip,
    ...ports,
    servers,
    rules,
  };

  function rulesOf(kind: '-t' | '-u', port: number, serverPort: number): string[] {
    const service = `${kind} ${topology.vip}:${port}`;
    return [
      `-A ${service} -s ${scheduler}`,
      ...servers.map(
        ({ ripText, weight }) => `-a ${service} -r ${ripText}:${serverPort} ${ipvsadmOption} -w ${weight}`,
      ),
    ];
  }
}

function macOf(topology: Topology, host: string): string {
  const found = topology.hosts.find(({ name }) => name === host)?.interfaces[0];
  if (found === undefined) throw new Error(`topology ${topology.name} has no interface for ${host}`);
  return found.mac;
}
