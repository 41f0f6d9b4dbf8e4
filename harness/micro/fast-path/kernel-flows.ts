/** A director in memory that has given UDP flows to the kernel's part of its fast path, as one on links would. */
import { FastPath, type FastPathOptions } from '../../../director/fast-path/fast-path.ts';
import { ETHERNET_HEADER_BYTES, ipv4, mac } from '../../../director/index.ts';
import { ipFrame, put16, udpPacket } from '../../../lab/frames/index.ts';
import { FIRST_PORT, PORTS_OF_A_SOURCE } from '../../../lab/generator/frame-source.ts';
import type { RoutedNetwork } from '../../../lab/memory/route-table.ts';
import { VirtualDirector } from '../../../lab/memory/virtual-director.ts';
import { attachedNowhere } from './attached-nowhere.ts';

/** The interface that the kernel's test runs have frames come in by: the loopback. */
const PORT = 1;
const OWN_MAC = '02:00:00:00:00:01';
const STATION_MAC = '02:00:00:00:00:02';
const VIRTUAL = { address: '10.99.0.1', port: 5300 };
const SERVER = { address: '10.0.2.11', port: 5301 };
/** Of the clients; the others have addresses next to it. */
const FIRST_CLIENT = 20;
const PAYLOAD_BYTES = 18;
/** The first ones are the director's. */
const PACKETS_OF_A_FLOW = 4;
const PAUSE_MS = 2;
/** So many are entered at a time. */
const TOGETHER = 8_000;
const FEWEST_AT_ONCE = 32;
/** Tables that the director has, by how many flows there is room for. */
const ROOMS = [1 << 16, 1 << 20, 1 << 21];

const NETWORK: RoutedNetwork = {
  ports: [
    {
      index: PORT,
      name: 'lo',
      mac: mac(OWN_MAC),
      linkHeaderBytes: ETHERNET_HEADER_BYTES,
      mtuBytes: 1500,
      addresses: ['10.0.1.1', '10.0.2.1'].map((address) => ({ address: ipv4(address), prefixLength: 24 })),
    },
  ],
  localAddresses: ['10.0.1.1', '10.0.2.1', VIRTUAL.address].map(ipv4),
  routes: ['10.0.1.0', '10.0.2.0'].map((network) => ({
    network: ipv4(network),
    prefixLength: 24,
    port: PORT,
    metric: 0,
  })),
  ipForward: true,
};

/** Where in a frame of UDP the port of an end is. */
const PORT_AT = { source: 34, destination: 36 } as const;

type Kernel = Parameters<FastPathOptions['attachments']['follow']>[0];

export interface Direction {
  /** Which end of its packets tells the flows apart. */
  readonly client: 'source' | 'destination';
  /** The frame of a flow; that of port 0 is none's. */
  frame(clientPort: number, clientAddress?: string): Uint8Array;
}

export const REQUEST: Direction = {
  client: 'source',
  frame: (sourcePort, source = clientAddress(0)) =>
    frameOf({ source, destination: VIRTUAL.address }, { sourcePort, destinationPort: VIRTUAL.port }),
};

export const REPLY_BY_NAT: Direction = {
  client: 'destination',
  frame: (destinationPort, destination = clientAddress(0)) =>
    frameOf({ source: SERVER.address, destination }, { sourcePort: SERVER.port, destinationPort }),
};

/** What a program that knows one server would be told of these packets. */
export const REDIRECTION = {
  virtual: VIRTUAL,
  server: SERVER,
  own: { address: '10.0.2.1', mac: OWN_MAC },
  stationMac: STATION_MAC,
  interfaceIndex: PORT,
} as const;

function clientAddress(i: number): string {
  return `10.0.1.${FIRST_CLIENT + i}`;
}

function frameOf(
  ends: { readonly source: string; readonly destination: string },
  ports: { readonly sourcePort: number; readonly destinationPort: number },
): Uint8Array {
  const ip = { ...ends, dontFragment: true };
  return ipFrame(STATION_MAC, OWN_MAC, udpPacket(ip, { ...ports, payload: new Uint8Array(PAYLOAD_BYTES) }));
}

/** As the frame generator numbers them: so many ports of an address, then the next address. */
export class KernelFlows {
  readonly #fastPath: FastPath;
  #kernel: Kernel | undefined;

  /** @param method As ipvsadm has it. @param directions Those of each connection. */
  constructor(method: '-m' | '-g' | '-i', directions: readonly Direction[], connections: number) {
    const room = ROOMS.find((flows) => flows >= connections * directions.length) as number;
    const director = new VirtualDirector({
      network: NETWORK,
      neighbours: { get: () => STATION_MAC },
      send: () => undefined,
      maxConnections: 2 ** Math.ceil(Math.log2(Math.max(4096, connections + 1))),
    });
    this.#fastPath = new FastPath(
      {
        attachments: attachedNowhere((kernel) => {
          this.#kernel = kernel;
        }),
        marks: { sent: 1, handedBack: 2 },
        capacity: director.core.state.connections.table.expiresAtMs.length,
        room: { first: room, most: room },
        now: () => director.nowMs,
        log: (text) => {
          throw new Error(text);
        },
      },
      director.core.state,
    );
    const service = `-u ${VIRTUAL.address}:${VIRTUAL.port}`;
    director.rules(
      `-A ${service} -s rr`,
      `-a ${service} -r ${SERVER.address}:${method === '-m' ? SERVER.port : VIRTUAL.port} ${method}`,
    );
    for (let from = 0; from < connections; from += TOGETHER) {
      this.#enter(director, directions, from, Math.min(connections, from + TOGETHER));
    }
  }

  #enter(director: VirtualDirector, directions: readonly Direction[], from: number, to: number): void {
    for (const direction of directions) {
      let frame: Uint8Array = new Uint8Array(0);
      for (let i = from; i < to; i++) {
        const port = i % PORTS_OF_A_SOURCE;
        if (port === 0 || i === from) {
          frame = direction.frame(0, clientAddress(Math.floor(i / PORTS_OF_A_SOURCE)));
        }
        // The datagram's checksum is the servers' affair.
        put16(frame, PORT_AT[direction.client], FIRST_PORT + port);
        for (let n = 0; n < PACKETS_OF_A_FLOW; n++) director.receive(PORT, frame);
      }
    }
    director.advance(PAUSE_MS);
    // Some of them each time.
    for (let entered = 0; entered < TOGETHER; entered += FEWEST_AT_ONCE) {
      this.#fastPath.settle(director.nowMs, true);
    }
  }

  get kernel(): Kernel {
    if (this.#kernel === undefined) throw new Error('the kernel was given no flow');
    return this.#kernel;
  }

  close(): void {
    this.#fastPath.close();
  }
}
