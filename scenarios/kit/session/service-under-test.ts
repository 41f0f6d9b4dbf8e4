/** The virtual services that a session sets up, and their rules. */

import { addressOf } from '../../../lab/captures/format.ts';
import { TCP, UDP } from '../../../lab/frames/index.ts';
import type { Topology } from '../../../lab/index.ts';
import { MODES } from '../../../lab/modes.ts';

export interface ServerUnderTest {
  readonly host: string;
  readonly rip: number;
  readonly ripText: string;
  /** MAC of the interface that requests arrive on. */
  readonly mac: string;
  readonly weight: number;
}

/** A virtual service whose packets are judged: what tells them from others, and what decides about them. */
export interface Endpoint {
  /** Of the IP header: TCP or UDP. */
  readonly protocol: number;
  /** How the director’s state names the service: `10.0.1.100:80`, or its firewall mark. */
  readonly name: string;
  /** Where clients send to: the VIP, or one of the many addresses that a firewall mark leads here. */
  readonly isAddress: (address: number) => boolean;
  readonly port: number;
  /** Where its servers listen. No two services of the same protocol have their servers on the same port. */
  readonly serverPort: number;
  /** As the scheduler’s reference model must know them: they decide its table. */
  readonly scheduler: string;
  readonly flags?: string | undefined;
  /** Whether the service had its servers already when it was given the scheduler. */
  readonly isEdited?: boolean;
  /** Of the servers in turn. */
  readonly weights: readonly number[];
  /** Whether the service keeps the port that a client asked for: its servers then have none in the director’s lists. */
  readonly isByMark?: boolean;
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
  readonly hasUdp: boolean;
  /** A port of the VIP for which there is no rule: the director's own stack serves it. */
  readonly localPort: number;
  readonly servers: readonly ServerUnderTest[];
  /** The HTTP service, the UDP service, and those of plans that were played beside them. */
  readonly endpoints: readonly Endpoint[];
  /** Clients besides the one at `cip`. */
  readonly isOtherClient?: (address: number) => boolean;
  /** In the language of `ipvsadm -R`, as the others. */
  readonly rules: readonly string[];
  /** Lead from the same services with another scheduler and other weights to these. */
  readonly changes: readonly string[];
}

export interface ServiceKind {
  /** Whether the services were there before with another scheduler, so that `changes` lead to them. */
  readonly isEdited?: boolean;
  /** Whether there is one of UDP beside the one of HTTP; there is unless this says no. */
  readonly hasUdp?: boolean;
}

export function serviceUnderTest(
  topology: Topology,
  scheduler: string,
  weights: readonly number[],
  { isEdited = false, hasUdp = true }: ServiceKind = {},
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
    ...(hasUdp ? rulesOf('-u', ports.udpPort, ports.udpServerPort) : []),
  ];
  return {
    vip: addressOf(topology.vip),
    cip: addressOf(topology.cip),
    dip: addressOf(topology.dip),
    vipText: topology.vip,
    ...ports,
    servers,
    hasUdp,
    endpoints: [
      endpointOf(TCP, ports.httpPort, ports.httpServerPort),
      ...(hasUdp ? [endpointOf(UDP, ports.udpPort, ports.udpServerPort)] : []),
    ],
    rules,
    changes: [
      ...changesOf('-t', ports.httpPort, ports.httpServerPort),
      ...(hasUdp ? changesOf('-u', ports.udpPort, ports.udpServerPort) : []),
    ],
  };

  function endpointOf(protocol: number, port: number, serverPort: number): Endpoint {
    const vip = addressOf(topology.vip);
    return {
      protocol,
      name: `${topology.vip}:${port}`,
      isAddress: (address) => address === vip,
      port,
      serverPort,
      scheduler,
      isEdited,
      weights: servers.map(({ weight }) => weight),
    };
  }

  function rulesOf(kind: '-t' | '-u', port: number, serverPort: number): string[] {
    const service = `${kind} ${topology.vip}:${port}`;
    return [`-A ${service} -s ${scheduler}`, ...serversOf('-a', service, serverPort)];
  }

  /** Weights come first: the scheduler then begins with those that it is to go by. */
  function changesOf(kind: '-t' | '-u', port: number, serverPort: number): string[] {
    const service = `${kind} ${topology.vip}:${port}`;
    return [...serversOf('-e', service, serverPort), `-E ${service} -s ${scheduler}`];
  }

  function serversOf(command: '-a' | '-e', service: string, serverPort: number): string[] {
    return servers.map(
      ({ ripText, weight }) =>
        `${command} ${service} -r ${ripText}:${serverPort} ${ipvsadmOption} -w ${weight}`,
    );
  }
}

function macOf(topology: Topology, host: string): string {
  const found = topology.hosts.find(({ name }) => name === host)?.interfaces[0];
  if (found === undefined) throw new Error(`topology ${topology.name} has no interface for ${host}`);
  return found.mac;
}
