/** A director in memory that is driven with `ipvsadm` command lines, as the recorded one was. */

import {
  ESTIMATION_PERIOD_MS,
  formatIpv4,
  type IpvsadmEnvironment,
  ipv4,
  LocalBackend,
  type NameResolver,
  PROTOCOL,
  protocolName,
  runIpvsadm,
  runIpvsadmRestore,
  runIpvsadmSave,
  SCHEDULERS,
  SyncDaemons,
  TCP_FLAG,
  type VirtualService,
} from '../../director/index.ts';

import { MemoryDirector } from './memory-director.ts';
import { CLIENT_PORT, CLIENT_SIDE_MAC, macOf, NETWORK, SERVER_PORT, SERVER_SIDE_MAC } from './network.ts';
import { RecordingError } from './recording.ts';
import { type Endpoint, tcpFrame, udpFrame } from './segments.ts';
import type { CounterHistory, TrafficTiming } from './traffic-timing.ts';
import type { TrafficPacket } from './transcript-traffic.ts';

export interface Output {
  readonly rc: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** More than any transcript makes. */
const MAX_CONNECTIONS = 1 << 16;

/** The recordings' kernel was built without twos. */
const { twos: _twos, ...KERNEL_SCHEDULERS } = SCHEDULERS;

/** Every station's MAC tells its address, and each answers. */
const STATIONS = { get: (address: string) => macOf(ipv4(address)) };
const CLIENT_ROUTER = macOf(ipv4('10.0.1.2'));

export class TranscriptDirector {
  readonly #director = new MemoryDirector(NETWORK, STATIONS, {
    maxConnections: MAX_CONNECTIONS,
    schedulers: KERNEL_SCHEDULERS,
  });
  readonly #kernel: LocalBackend;
  readonly #resolver: NameResolver;

  /** @param orderKey See `inKernelOrder`. */
  constructor(resolver: NameResolver, orderKey: number) {
    this.#resolver = resolver;
    this.#kernel = new LocalBackend({
      state: this.#director.core.state,
      now: () => this.#director.nowMs,
      change: (apply) => {
        apply();
        this.#director.core.rulesChanged();
      },
      // Which daemons run is part of what is compared; what they send is not.
      daemons: new SyncDaemons({ start: () => undefined, stop: () => undefined }),
      orderKey,
    });
    // The first tick starts the estimators' periods.
    this.#director.advance(1);
  }

  /** Runs `ipvsadm`, `ipvsadm-save` or `ipvsadm-restore`. */
  async command(text: string, stdin = ''): Promise<Output> {
    const [program = '', ...words] = text.trim().split(/\s+/);
    let stdout = '';
    let stderr = '';
    const environment: IpvsadmEnvironment = {
      stdin: async () => stdin,
      stdout: { write: (part) => (stdout += part) },
      stderr: { write: (part) => (stderr += part) },
      resolver: this.#resolver,
      argv0: program,
      open: async () => this.#kernel,
    };
    const rc = await this.#run(program, words, environment);
    return { rc, stdout, stderr };
  }

  /** Sends packets; then the estimators have run as `timing` says. Returns what they did to each service's counters. */
  traffic(packets: readonly TrafficPacket[], timing: TrafficTiming): ReadonlyMap<string, CounterHistory> {
    const services = [...this.#director.core.state.services.all()].filter(({ mark }) => mark === 0);
    const histories = new Map(services.map((service) => [nameOf(service), [countersOf(service)]]));
    packets.forEach((packet, i) => {
      if (i > 0 && i === timing.packetsBefore) this.#director.advance(ESTIMATION_PERIOD_MS);
      this.#send(packet);
      for (const service of services) histories.get(nameOf(service))?.push(countersOf(service));
    });
    this.#director.advance(timing.runsAfter * ESTIMATION_PERIOD_MS);
    return histories;
  }

  #run(program: string, words: readonly string[], environment: IpvsadmEnvironment): Promise<number> {
    switch (program) {
      case 'ipvsadm':
        return runIpvsadm(words, environment);
      case 'ipvsadm-save':
        return runIpvsadmSave(words, environment);
      case 'ipvsadm-restore':
        return runIpvsadmRestore(environment);
      default:
        throw new RecordingError(
          `a command is one of ipvsadm, ipvsadm-save, ipvsadm-restore, not "${program}"`,
        );
    }
  }

  #send(packet: TrafficPacket): void {
    const { client } = packet;
    const fromClient = { from: CLIENT_ROUTER, to: CLIENT_SIDE_MAC };
    if (packet.kind === 'syn') {
      const service = this.#service(PROTOCOL.tcp);
      this.#director.receive(CLIENT_PORT, tcpFrame(fromClient, client, service, TCP_FLAG.syn));
      return;
    }
    const service = this.#service(PROTOCOL.udp);
    if (packet.kind === 'datagram') {
      this.#director.receive(CLIENT_PORT, udpFrame(fromClient, client, service, packet.ipBytes));
      return;
    }
    const server = this.#serverOf(service, packet.server);
    const fromServer = { from: macOf(server.address), to: SERVER_SIDE_MAC };
    this.#director.receive(SERVER_PORT, udpFrame(fromServer, server, client, packet.ipBytes));
  }

  #serverOf(service: VirtualService, text: string): Endpoint {
    const address = ipv4(text);
    const server = service.destinations.find((known) => known.address === address);
    if (server === undefined) throw new RecordingError(`the UDP service has no server ${text}`);
    return server;
  }

  /** The service of a protocol that was added last. */
  #service(protocol: number): VirtualService {
    const found = [...this.#director.core.state.services.all()].findLast(
      (service) => service.protocol === protocol,
    );
    if (found === undefined)
      throw new RecordingError(`there is no ${protocolName(protocol)} service for the traffic`);
    return found;
  }
}

function nameOf({ protocol, address, port }: VirtualService): string {
  return `${protocolName(protocol).toUpperCase()} ${formatIpv4(address)}:${port}`;
}

function countersOf({ statistics }: VirtualService): CounterHistory[number] {
  const { connections, inPackets, outPackets, inBytes, outBytes } = statistics;
  return { connections, inPackets, outPackets, inBytes, outBytes };
}
