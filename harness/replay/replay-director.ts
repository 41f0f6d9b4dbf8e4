/** A director in memory, in the network of the recordings, that tells what became of each packet sent to it. */
import { formatIpv4, type VirtualService } from '../../director/index.ts';
import { VirtualDirector } from '../../lab/memory/virtual-director.ts';
import { type DeliveryOutcome, NOT_DELIVERED, outcomeOf, stackOutcome } from './delivery-outcome.ts';
import { CLIENT_PORT, NEIGHBOURS, NETWORK, SERVER_PORT } from './network.ts';
import { RecordingError } from './recording.ts';

/** Time between two packets. */
const PACKET_MS = 2;
/** More than any case needs. */
const MAX_CONNECTIONS = 1 << 16;

export class ReplayDirector extends VirtualDirector {
  constructor() {
    super({
      network: NETWORK,
      neighbours: NEIGHBOURS,
      maxConnections: MAX_CONNECTIONS,
      // The kernel of the recordings answered every refused packet.
      icmpRateLimitMs: 0,
    });
  }

  /** The only virtual service. */
  get service(): VirtualService {
    const [service] = this.core.state.services.all();
    if (service === undefined) throw new RecordingError('the recording has no service');
    return service;
  }

  fromClient(frame: Uint8Array): DeliveryOutcome {
    return this.#outcome(CLIENT_PORT, frame);
  }

  fromServer(frame: Uint8Array): DeliveryOutcome {
    return this.#outcome(SERVER_PORT, frame);
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
