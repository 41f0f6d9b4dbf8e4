/** A director in memory within the recordings' network, and what becomes of the packets that it is sent. */
import { formatIpv4, type VirtualService } from '../../director/index.ts';
import { VirtualDirector } from '../../lab/memory/virtual-director.ts';
import { type Endpoint, tcpFromClient, tcpFromServer, udpFromClient, udpFromServer } from './frames.ts';
import { CLIENT_PORT, NEIGHBOURS, NETWORK, SERVER_PORT } from './network.ts';
import { type DeliveryOutcome, NOT_DELIVERED, outcomeOf, stackOutcome } from './outcome.ts';
import { RecordingError } from './recording.ts';

/** Between a packet and the next one. */
const PACKET_MS = 2;
/** More than any case makes. */
const MAX_CONNECTIONS = 1 << 16;

export class ReplayDirector extends VirtualDirector {
  constructor() {
    super({
      network: NETWORK,
      neighbours: NEIGHBOURS,
      maxConnections: MAX_CONNECTIONS,
      // The recordings' kernel answered every refused packet.
      icmpRateLimitMs: 0,
    });
  }

  /** The only service there is. */
  get service(): VirtualService {
    const [service] = this.core.state.services.all();
    if (service === undefined) throw new RecordingError('the recording has no service');
    return service;
  }

  /** A TCP segment with flags such as `SA`. */
  tcpFromClient(client: Endpoint, virtual: Endpoint, flags: string): DeliveryOutcome {
    return this.#outcome(CLIENT_PORT, tcpFromClient(client, virtual, flags));
  }

  udpFromClient(client: Endpoint, virtual: Endpoint): DeliveryOutcome {
    return this.#outcome(CLIENT_PORT, udpFromClient(client, virtual));
  }

  tcpFromServer(server: Endpoint, client: Endpoint, flags: string): DeliveryOutcome {
    return this.#outcome(SERVER_PORT, tcpFromServer(server, client, flags));
  }

  udpFromServer(server: Endpoint, client: Endpoint): DeliveryOutcome {
    return this.#outcome(SERVER_PORT, udpFromServer(server, client));
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

  #outcome(port: number, frame: Uint8Array): DeliveryOutcome {
    this.advance(PACKET_MS);
    const { handed } = this.receive(port, frame);
    const [sent] = this.takeSent();
    if (sent !== undefined) return outcomeOf(sent.port, sent.frame);
    return handed === undefined ? NOT_DELIVERED : stackOutcome(frame, port === CLIENT_PORT);
  }
}
