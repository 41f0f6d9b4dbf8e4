/** What a packet of an established connection costs: look-up, state, timer, rewriting, next hop. */
import { ipv4 } from '../../director/wire/addresses.ts';
import { CLIENT_PORT, SERVER_PORT } from '../replay/network.ts';
import { type Endpoint, flagBits, tcpFrame } from '../replay/segments.ts';
import { measureAllocation } from './allocation.ts';
import { CoreLab, fromRouter, fromServer, SERVER, VIRTUAL } from './core-lab.ts';
import type { Figure } from './figure.ts';
import { measure } from './measure.ts';

const CLIENT: Endpoint = { address: ipv4('10.8.0.1'), port: 4000 };
const NAT_GOAL_NS = 200;
const GROUP = 'established packet';

export async function* packets(): AsyncGenerator<Figure> {
  for (const { name, method, port, frame } of flows()) {
    const lab = new CoreLab(method, 1 << 16);
    lab.put(CLIENT_PORT, tcpFrame(fromRouter(), CLIENT, VIRTUAL, flagBits('S')));
    lab.put(SERVER_PORT, tcpFrame(fromServer(), SERVER, CLIENT, flagBits('SA')));
    const call = lab.feed(port, frame);
    const copy = new Uint8Array(2 * frame.length);
    yield await measure({
      group: GROUP,
      name,
      call,
      reference: { name: 'copying the frame', call: () => copy.set(frame, frame.length) },
      ...(method === '-m' ? { goalNs: NAT_GOAL_NS } : {}),
    });
    yield measureAllocation(GROUP, name, call);
  }
}

function* flows() {
  const request = tcpFrame(fromRouter(), CLIENT, VIRTUAL, flagBits('A'));
  const reply = tcpFrame(fromServer(), SERVER, CLIENT, flagBits('A'));
  yield { name: 'NAT request', method: '-m', port: CLIENT_PORT, frame: request } as const;
  yield { name: 'NAT reply', method: '-m', port: SERVER_PORT, frame: reply } as const;
  yield { name: 'DR request', method: '-g', port: CLIENT_PORT, frame: request } as const;
  yield { name: 'TUN request', method: '-i', port: CLIENT_PORT, frame: request } as const;
}
