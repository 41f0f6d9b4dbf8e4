/** Packets of established connections, fed into a core again and again. */
import { ipv4 } from '../../director/index.ts';
import { flagBits } from '../../lab/frames/index.ts';
import { CLIENT_PORT, SERVER_PORT } from '../replay/network.ts';
import { type Endpoint, tcpFrame } from '../replay/segments.ts';
import { CoreLab, fromRouter, fromServer, SERVER, VIRTUAL } from './core-lab.ts';

export const GROUP = 'established packet';

export interface EstablishedFlow {
  readonly name: string;
  readonly method: '-m' | '-g' | '-i';
  readonly frame: Uint8Array;
  /** Puts the packet in once; it is forwarded. */
  readonly call: () => number;
}

const CLIENT: Endpoint = { address: ipv4('10.8.0.1'), port: 4000 };

/** One after the other: each has a director of its own. */
export function* establishedFlows(): Generator<EstablishedFlow> {
  const request = tcpFrame(fromRouter(), CLIENT, VIRTUAL, flagBits('A'));
  const reply = tcpFrame(fromServer(), SERVER, CLIENT, flagBits('A'));
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
  lab.put(CLIENT_PORT, tcpFrame(fromRouter(), CLIENT, VIRTUAL, flagBits('S')));
  lab.put(SERVER_PORT, tcpFrame(fromServer(), SERVER, CLIENT, flagBits('SA')));
  return { name, method, frame, call: lab.feed(port, frame) };
}
