/** A director between a client and servers whose MAC addresses are all known, and calls that put frames into its core. */
import { HEADROOM_BYTES, Packet, VERDICT } from '../../director/index.ts';
import { VirtualDirector } from '../../lab/memory/virtual-director.ts';
import { type Endpoint, tcpFromClient, tcpFromServer } from '../replay/frames.ts';
import { CLIENT_PORT, NEIGHBOURS, NETWORK, SERVER_PORT } from '../replay/network.ts';

export const VIRTUAL: Endpoint = { address: '10.99.0.1', port: 80 };
export const SERVER: Endpoint = { address: '10.0.2.11', port: 80 };
/** Room for as many connections as a director's table has unless told otherwise. */
const MAX_CONNECTIONS = 1 << 23;
/** Packets that are looked at under one reading of the clock, as an engine does. */
const BATCH = 64;
const BATCH_MS = 0.05;

export class CoreLab {
  readonly #director: VirtualDirector;

  constructor(method: '-m' | '-g' | '-i', maxConnections = MAX_CONNECTIONS) {
    this.#director = new VirtualDirector({
      network: NETWORK,
      neighbours: NEIGHBOURS,
      // Time that passes is one step, which is what is measured.
      tickMs: Number.POSITIVE_INFINITY,
      maxConnections,
    });
    const vip = `${VIRTUAL.address}:${VIRTUAL.port}`;
    this.#director.rules(`-A -t ${vip} -s rr`, `-a -t ${vip} -r ${SERVER.address}:${SERVER.port} ${method}`);
    this.connect({ address: '10.8.0.1', port: 999 });
  }

  /** Opens a connection: the client's SYN and the server's answer go through. */
  connect(client: Endpoint): void {
    this.#director.receive(CLIENT_PORT, tcpFromClient(client, VIRTUAL, 'S'));
    this.#director.receive(SERVER_PORT, tcpFromServer(SERVER, client, 'SA'));
  }

  /** Lets time pass, and what is due by it happen. */
  advance(ms: number): void {
    this.#director.advance(ms);
  }

  /** A call that puts the same frame in again and again; it must be forwarded. */
  feed(port: number, frame: Uint8Array): () => number {
    const { core, clock } = this.#director;
    const bytes = new Uint8Array(HEADROOM_BYTES + frame.length);
    const packet = new Packet();
    // A variable and not the field: reading a field that holds a fraction makes an object each time.
    let { nowMs } = clock;
    let calls = 0;
    return () => {
      if (++calls % BATCH === 0) {
        clock.advance(BATCH_MS);
        nowMs = clock.nowMs;
      }
      bytes.set(frame, HEADROOM_BYTES);
      packet.set(bytes, HEADROOM_BYTES, frame.length, port);
      const verdict = core.receive(packet, nowMs);
      if (verdict !== VERDICT.transmit)
        throw new Error(`expected the frame to be forwarded, got verdict ${verdict}`);
      return verdict;
    };
  }
}

/** Group of the figures about these packets. */
export const GROUP = 'established packet';

export interface EstablishedFlow {
  readonly name: string;
  readonly method: '-m' | '-g' | '-i';
  readonly frame: Uint8Array;
  /** Puts the packet in once; it is forwarded. */
  readonly call: () => number;
}

const CLIENT: Endpoint = { address: '10.8.0.1', port: 4000 };

/** Packets of established connections, fed into a core again and again. Each has a director of its own. */
export function* establishedFlows(): Generator<EstablishedFlow> {
  const request = tcpFromClient(CLIENT, VIRTUAL, 'A');
  const reply = tcpFromServer(SERVER, CLIENT, 'A');
  yield established('NAT request', '-m', CLIENT_PORT, request);
  yield established('NAT reply', '-m', SERVER_PORT, reply);
  yield established('DR request', '-g', CLIENT_PORT, request);
  yield established('TUN request', '-i', CLIENT_PORT, request);
}

function established(
  name: string,
  method: EstablishedFlow['method'],
  port: number,
  frame: Uint8Array,
): EstablishedFlow {
  const lab = new CoreLab(method, 1 << 16);
  lab.connect(CLIENT);
  return { name, method, frame, call: lab.feed(port, frame) };
}
