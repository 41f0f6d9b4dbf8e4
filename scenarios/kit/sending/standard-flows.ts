/** The flows between a client and the standard service. */
import { MODES } from '../../../lab/modes.ts';
import type { Stage } from '../stage.ts';
import { SERVICE_PORT, serverEndpoint } from '../standard-service.ts';
import { Flow } from './flow.ts';

export const CLIENT_PORT = 40_000;

interface ClientFlowOptions {
  /** Number of the client’s address; the first unless given. */
  readonly client?: number;
  readonly clientPort?: number;
  readonly servicePort?: number;
}

/** Requests of a client. */
export class ClientFlow extends Flow {
  constructor(stage: Stage, options: ClientFlowOptions = {}) {
    const { client, clientPort = CLIENT_PORT, servicePort = SERVICE_PORT } = options;
    super(
      {
        source: stage.clientAddress(client),
        sourcePort: clientPort,
        destination: stage.vip,
        destinationPort: servicePort,
      },
      MODES[stage.mode].repliesPassDirector ? 0 : 1,
    );
  }

  get client(): string {
    return this.ends.source;
  }

  get clientPort(): number {
    return this.ends.sourcePort;
  }
}

/** Replies of a NAT server to such requests. */
export class ReplyFlow extends Flow {
  constructor(stage: Stage, flow: ClientFlow, server = 1) {
    const { address, port } = serverEndpoint(stage, server);
    super({
      source: address,
      sourcePort: port,
      destination: flow.client,
      destinationPort: flow.clientPort,
    });
  }
}
