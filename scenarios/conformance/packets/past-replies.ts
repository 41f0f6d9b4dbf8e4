/** Replies that pass a director that need not see them. */

import { flagBits, ipFrame } from '../../../lab/frames/index.ts';
import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectPackets, expectValues, outcome } from '../../kit/expecting/expect.ts';
import { oneHopOn } from '../../kit/expecting/rewritten-packet.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { Flow } from '../../kit/sending/flow.ts';
import { Service } from '../../kit/service.ts';
import { nextState } from '../../models/state-tables.ts';
import { TCP } from '../../models/tcp-states.ts';
import { eventOf } from '../connections/tcp-events.ts';

const MARK = 84;
/** Of addresses that are nobody’s, so that no host takes what comes from there for its own. */
const VIRTUAL = '10.78.0.1';
const CLIENT_PORT = 30_500;
const SEGMENTS = ['in S', 'out SA', 'in A', 'out A', 'in FA', 'out FA', 'in A'];

export const pastReplies: readonly PacketCase[] = [
  packetCase({
    name: 'reply/seen-by-chance',
    title: 'In DR a reply that passes the director is only looked at',
    requirement:
      'Where a server of DR sends its replies through the director, and their source is no address of the director, they are routed as they are, and the director counts them and follows the connection by both sides from then on.',
    sources: [kernel('replies of DR and TUN seen by the director, §5.7')],
    modes: modesWhere(({ repliesPassDirector, serversOnLink }) => serversOnLink && !repliesPassDirector),
    virtualTime: true,
    play: async (stage) => {
      const { director, servers } = stage;
      await director.setIpForward(true);
      await director.mark(VIRTUAL, MARK);
      const service = await Service.add(stage, { mark: MARK, servers: [{}] });
      const client = { source: stage.clientAddress(), sourcePort: CLIENT_PORT };
      const virtual = { destination: VIRTUAL, destinationPort: service.port };
      const requests = new Flow({ ...client, ...virtual });
      const replies = new Flow({
        ...{ source: VIRTUAL, sourcePort: service.port },
        ...{ destination: client.source, destinationPort: CLIENT_PORT },
      });
      // No router knows the way to this address: the packets come in from the director’s neighbours.
      const sides = {
        in: { flow: requests, from: servers[1] },
        out: { flow: replies, from: servers[0] },
      };
      const answers: Uint8Array[] = [];
      const states: [expected: string, seen: string][] = [];
      let state = TCP.start;
      let isSeen = false;
      for (const [id, segment] of SEGMENTS.entries()) {
        const [side, flags] = segment.split(' ') as ['in' | 'out', string];
        const { flow, from } = sides[side];
        const packet = flow.segment({ id }, { flags: flagBits(flags) });
        from.sendFrame('eth0', ipFrame(from.mac, director.serverSideMac, packet));
        await stage.settle();
        isSeen ||= side === 'out';
        if (side === 'out') answers.push(packet);
        state = nextState(TCP, state, { side, event: eventOf(flags) }, isSeen);
        const [row] = await service.connections();
        states.push([TCP.facts[state]!.name, row?.state ?? 'none']);
      }
      return { answers, states, totals: (await director.snapshot()).totals };
    },
    check: (seen, { answers, states, totals }) =>
      outcome(
        states.length,
        `${counted(states.length, 'segment')} of a connection, ${answers.length} of them replies`,
        expectPackets(seen.toClients, answers.map(oneHopOn), { what: 'the reply that is routed' }),
        expectValues('The connection is not followed by both sides.', {
          ...Object.fromEntries(
            states.map((one, i) => [`state after segment ${i + 1} (${SEGMENTS[i]})`, one]),
          ),
          'packets out that are counted': [answers.length, totals.outPackets],
          'packets in that are counted': [states.length - answers.length, totals.inPackets],
        }),
      ),
  }),
];
