/** Packets of established connections, fed into a core again and again. */
import { type Endpoint, tcpFromClient, tcpFromServer } from '../replay/frames.ts';
import { CLIENT_PORT, SERVER_PORT } from '../replay/network.ts';
import { CoreLab, SERVER, VIRTUAL } from './core-lab.ts';

export const GROUP = 'established packet';

export interface EstablishedFlow {
  readonly name: string;
  readonly method: '-m' | '-g' | '-i';
  readonly frame: Uint8Array;
  /** Puts the packet in once; it is forwarded. */
  readonly call: () => number;
}

const CLIENT: Endpoint = { address: '10.8.0.1', port: 4000 };

/** One after the other: each has a director of its own. */
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
