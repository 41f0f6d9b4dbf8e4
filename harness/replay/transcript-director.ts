/** A director in memory that is driven with `ipvsadm` command lines, as the recorded one was. */

import {
  ESTIMATION_PERIOD_MS,
  formatIpv4,
  type NameResolver,
  PROTOCOL,
  protocolName,
  SCHEDULERS,
  SyncDaemons,
  type VirtualService,
} from '../../director/index.ts';

import { type Output, outputOf, PROGRAMS, programOf } from '../../lab/ipvsadm.ts';
import { VirtualDirector } from '../../lab/memory/virtual-director.ts';
import { type Endpoint, tcpFromClient, udpFromClient, udpFromServer } from './frames.ts';
import { CLIENT_PORT, NEIGHBOURS, NETWORK, SERVER_PORT } from './network.ts';
import { RecordingError } from './recording.ts';
import type { CounterHistory, TrafficHistory, TrafficTiming } from './transcript-timing.ts';
import type { TrafficPacket } from './transcript-traffic.ts';

/** More than any transcript makes. */
const MAX_CONNECTIONS = 1 << 16;

/** The kernel of the recordings was built without twos. */
const { twos: _twos, ...KERNEL_SCHEDULERS } = SCHEDULERS;

export class TranscriptDirector extends VirtualDirector {
  readonly #resolver: NameResolver;

  /** @param orderKey See `inKernelOrder`. */
  constructor(resolver: NameResolver, orderKey: number) {
    super({
      network: NETWORK,
      neighbours: NEIGHBOURS,
      maxConnections: MAX_CONNECTIONS,
      schedulers: KERNEL_SCHEDULERS,
      kernel: {
        // Which daemons run is compared; what they send is not.
        daemons: new SyncDaemons({ start: () => undefined, stop: () => undefined }),
        orderKey,
      },
    });
    this.#resolver = resolver;
  }

  /** Runs `ipvsadm`, `ipvsadm-save` or `ipvsadm-restore`. */
  command(text: string, stdin = ''): Promise<Output> {
    const [program = '', ...words] = text.trim().split(/\s+/);
    const run = programOf(program, words);
    if (run === undefined)
      throw new RecordingError(`a command is one of ${PROGRAMS.join(', ')}, not "${program}"`);
    return outputOf(run, {
      stdin: async () => stdin,
      resolver: this.#resolver,
      argv0: program,
      open: async () => this.kernel,
    });
  }

  /** Sends packets, and lets the estimators run as `timing` says. */
  traffic(packets: readonly TrafficPacket[], timing: TrafficTiming): TrafficHistory {
    const services = [...this.core.state.services.all()].filter(({ mark }) => mark === 0);
    const histories = new Map(services.map((service) => [nameOf(service), [countersOf(service)]]));
    packets.forEach((packet, i) => {
      if (i > 0 && i === timing.packetsBefore) this.advance(ESTIMATION_PERIOD_MS);
      this.#send(packet);
      for (const service of services) histories.get(nameOf(service))?.push(countersOf(service));
    });
    this.advance(timing.runsAfter * ESTIMATION_PERIOD_MS);
    return histories;
  }

  #send(packet: TrafficPacket): void {
    const { client } = packet;
    if (packet.kind === 'syn') {
      const virtual = endpointOf(this.#service(PROTOCOL.tcp));
      this.receive(CLIENT_PORT, tcpFromClient(client, virtual, 'S'));
      return;
    }
    const service = this.#service(PROTOCOL.udp);
    if (packet.kind === 'datagram') {
      const virtual = endpointOf(service);
      this.receive(CLIENT_PORT, udpFromClient(client, virtual, packet.ipBytes));
      return;
    }
    const server = this.#serverOf(service, packet.server);
    this.receive(SERVER_PORT, udpFromServer(server, client, packet.ipBytes));
  }

  #serverOf(service: VirtualService, text: string): Endpoint {
    const server = service.destinations.map(endpointOf).find(({ address }) => address === text);
    if (server === undefined) throw new RecordingError(`the UDP service has no server ${text}`);
    return server;
  }

  /** The service of a protocol that was added last. */
  #service(protocol: number): VirtualService {
    const found = [...this.core.state.services.all()].findLast((service) => service.protocol === protocol);
    if (found === undefined)
      throw new RecordingError(`there is no ${protocolName(protocol)} service for the traffic`);
    return found;
  }
}

function endpointOf({ address, port }: Pick<VirtualService, 'address' | 'port'>): Endpoint {
  return { address: formatIpv4(address), port };
}

function nameOf({ protocol, address, port }: VirtualService): string {
  return `${protocolName(protocol).toUpperCase()} ${formatIpv4(address)}:${port}`;
}

function countersOf({ statistics }: VirtualService): CounterHistory[number] {
  const { connections, inPackets, outPackets, inBytes, outBytes } = statistics;
  return { connections, inPackets, outPackets, inBytes, outBytes };
}
