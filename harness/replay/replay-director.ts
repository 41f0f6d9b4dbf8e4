/** A director in memory within the recordings' network, under a clock that moves when it is told to. */
import {
  applyRules,
  type DirectorState,
  formatIpv4,
  ipv4,
  parseMark,
  parseRules,
  type Settings,
  type VirtualService,
} from '../../director/index.ts';
import { flagBits } from '../../lab/frames/index.ts';
import { MemoryDirector } from './memory-director.ts';
import { CLIENT_PORT, CLIENT_SIDE_MAC, macOf, NETWORK, SERVER_PORT, SERVER_SIDE_MAC } from './network.ts';
import { type DeliveryOutcome, NOT_DELIVERED, outcomeOf, stackOutcome } from './outcome.ts';
import { RecordingError } from './recording.ts';
import { type Endpoint, tcpFrame, udpFrame } from './segments.ts';

/** Between a packet and the next one. */
const PACKET_MS = 2;
/** More than any case makes. */
const MAX_CONNECTIONS = 1 << 16;
const CLIENT_ROUTER = ipv4('10.0.1.2');

/** Every station's MAC tells its address, and each answers. */
const STATIONS = { get: (address: string) => macOf(ipv4(address)) };

export class ReplayDirector {
  readonly #director = new MemoryDirector(NETWORK, STATIONS, {
    // The recordings' kernel answered every refused packet.
    icmpRateLimitMs: 0,
    maxConnections: MAX_CONNECTIONS,
  });

  get state(): DirectorState {
    return this.#director.core.state;
  }

  get nowMs(): number {
    return this.#director.nowMs;
  }

  /** The only service there is. */
  get service(): VirtualService {
    const [service] = this.state.services.all();
    if (service === undefined) throw new RecordingError('the recording has no service');
    return service;
  }

  /** One line of `ipvsadm -R`. */
  rule(line: string): void {
    applyRules(this.state, parseRules(line));
    this.#director.core.rulesChanged();
  }

  /** What goes to `dst` (ADDRESS/n) carries a firewall mark. */
  mark(dst: string, mark: number): void {
    this.state.marks.set(parseMark({ dst, set: String(mark) }));
    this.#director.core.rulesChanged();
  }

  /** Sets `net.ipv4.vs.<name>`. */
  sysctl(name: string, value: number): void {
    if (!(name in this.state.settings)) {
      throw new RecordingError(`the director does not have the sysctl net.ipv4.vs.${name}`);
    }
    this.state.settings[name as keyof Settings] = value;
  }

  /** Lets time pass without a packet. */
  wait(ms: number): void {
    this.#director.advance(ms);
  }

  /** @param expireUntilMs Timers only run up to here: the kernel's may be late, though never early. */
  waitUntil(endMs: number, expireUntilMs = endMs): void {
    this.#director.advanceTo(endMs, expireUntilMs);
  }

  /** A TCP segment with flags such as `SA`. */
  tcpFromClient(client: Endpoint, virtual: Endpoint, flags: string): DeliveryOutcome {
    const stations = { from: macOf(CLIENT_ROUTER), to: CLIENT_SIDE_MAC };
    return this.#receive(CLIENT_PORT, tcpFrame(stations, client, virtual, flagBits(flags)));
  }

  udpFromClient(client: Endpoint, virtual: Endpoint): DeliveryOutcome {
    const stations = { from: macOf(CLIENT_ROUTER), to: CLIENT_SIDE_MAC };
    return this.#receive(CLIENT_PORT, udpFrame(stations, client, virtual));
  }

  tcpFromServer(server: Endpoint, client: Endpoint, flags: string): DeliveryOutcome {
    const stations = { from: macOf(server.address), to: SERVER_SIDE_MAC };
    return this.#receive(SERVER_PORT, tcpFrame(stations, server, client, flagBits(flags)));
  }

  udpFromServer(server: Endpoint, client: Endpoint): DeliveryOutcome {
    const stations = { from: macOf(server.address), to: SERVER_SIDE_MAC };
    return this.#receive(SERVER_PORT, udpFrame(stations, server, client));
  }

  /** The scheduler's and the servers' state, a line each. */
  describe(): string[] {
    const { scheduler, destinations } = this.service;
    const memory = Object.entries(scheduler.inspect?.() ?? {}).map(([what, value]) => `  ${what}: ${value}`);
    const servers = destinations.map((server) => {
      const { weight, activeConnections, inactiveConnections, upperThreshold, lowerThreshold } = server;
      return (
        `  ${formatIpv4(server.address)}:${server.port} weight ${weight} active ${activeConnections} ` +
        `inactive ${inactiveConnections} templates ${server.persistentConnections}` +
        (upperThreshold > 0 ? ` thresholds ${upperThreshold}/${lowerThreshold}` : '') +
        (server.overloaded ? ' overloaded' : '')
      );
    });
    return [`scheduler ${scheduler.name}`, ...memory, 'servers, in the order of the list', ...servers];
  }

  #receive(port: number, frame: Uint8Array): DeliveryOutcome {
    this.wait(PACKET_MS);
    const { handed } = this.#director.receive(port, frame);
    const [sent] = this.#director.takeSent();
    if (sent !== undefined) return outcomeOf(sent.port, sent.frame);
    return handed === undefined ? NOT_DELIVERED : stackOutcome(frame, port === CLIENT_PORT);
  }
}
