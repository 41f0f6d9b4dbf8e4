/** What a packet of an established connection costs: look-up, state, timer, rewriting, next hop. */
import { establishedFlows, GROUP } from './core-lab.ts';
import { type Figure, measure } from './measure.ts';

const NAT_GOAL_NS = 200;

export async function* packets(): AsyncGenerator<Figure> {
  for (const { name, method, frame, call } of establishedFlows()) {
    const copy = new Uint8Array(2 * frame.length);
    yield await measure({
      group: GROUP,
      name,
      call,
      reference: { name: 'copying the frame', call: () => copy.set(frame, frame.length) },
      ...(method === '-m' ? { goalNs: NAT_GOAL_NS } : {}),
    });
  }
}
