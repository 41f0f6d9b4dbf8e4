/** What the director tells of packets that it does not send on. */

import { cut, pattern } from '../../../lab/frames/index.ts';
import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { rfc } from '../../kit/requirement.ts';
import { Flow } from '../../kit/sending/flow.ts';
import { Service } from '../../kit/service.ts';
import { strangerOf } from './neighbour-stations.ts';

/** Of a network to which no route leads. */
const FAR = '203.0.113.5';
/** Three questions, a second apart; and longer than fragments wait for the rest. */
const UNANSWERED_MS = 3_500;
const INCOMPLETE_MS = 32_000;

const losses = packetCase({
  name: 'counters/losses',
  title: 'Every packet that is lost at the director is counted',
  requirement:
    'A packet that the director does not send on is counted as lost, once, whatever is the reason, and so is a message of its own that leads nowhere; others are not.',
  sources: [rfc('4293 §3.2.3')],
  modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
  virtualTime: true,
  play: async (stage) => {
    const { director, client, servers, vip } = stage;
    const service = await Service.add(stage, { protocol: 'udp', servers: [{}] });
    const others = [FAR, strangerOf(stage, 0)].entries();
    const [unrouted, silent] = await Promise.all(
      [...others].map(([i, address]) =>
        Service.add(stage, { protocol: 'udp', port: 3100 + i, servers: [{ address }] }),
      ),
    );
    const ends = { source: stage.clientAddress(), destination: vip, sourcePort: 30_000 };
    const flow = new Flow({ ...ends, destinationPort: service.port });
    const far = new Flow({ ...ends, source: FAR, destinationPort: service.port });
    const reply = new Flow({
      source: servers[0].address,
      sourcePort: service.port,
      destination: ends.source,
      destinationPort: ends.sourcePort,
    });
    const toFar = new Flow({ ...reply.ends, destination: FAR });
    const seen: Record<string, readonly [number, number]> = {};
    const step = async (what: string, expected: number, act: () => unknown) => {
      const before = director.lost?.();
      await act();
      await stage.settle();
      seen[what] = [expected, before === undefined ? expected : director.lost!() - before];
    };
    await step('a request and its reply', 0, async () => {
      client.send(flow.datagram());
      await stage.settle();
      servers[0].send(reply.datagram());
    });
    await step('a request at the end of its life', 1, () => client.send(flow.datagram({ ttl: 1 })));
    await step('a reply at the end of its life', 1, () => servers[0].send(reply.datagram({ ttl: 1 })));
    await step('two that no route leads on for', 2, () => {
      for (const n of [0, 1]) unrouted?.datagram(unrouted.client(n));
    });
    await step('a request of a client that no route leads back to, and no answer', 0, () =>
      client.send(far.datagram()),
    );
    await step('the reply to it', 1, () => servers[0].send(toFar.datagram()));
    await step('one of that client at the end of its life, and the answer', 2, () =>
      client.send(far.datagram({ ttl: 1 })),
    );
    await director.setIpForward(false);
    await step('a reply without ip_forward', 1, () => servers[0].send(reply.datagram()));
    await director.setIpForward(true);
    await step('one that waits for a MAC address', 0, () => silent?.datagram(silent.client(0)));
    await step('another one, and both in vain', 2, async () => {
      silent?.datagram(silent.client(1));
      await stage.wait(UNANSWERED_MS);
    });
    const [piece] = cut(flow.datagram({ id: 9 }, { payload: pattern(2000) }), 1480) as [Uint8Array];
    await step('a piece that waits for the rest', 0, () => client.send(piece));
    await step('the rest does not come', 1, () => stage.wait(INCOMPLETE_MS));
    return seen;
  },
  check: (_seen, steps) =>
    outcome(
      Object.keys(steps).length,
      `${counted(Object.keys(steps).length, 'step')}, after each of which is counted`,
      expectValues('Not as many packets were counted as are lost.', steps),
    ),
});

export const countedLosses: readonly PacketCase[] = [losses];
