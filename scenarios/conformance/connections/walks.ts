/** Whole connections, state by state. */

import { ALL_MODES, MODES, modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import type { ListedConnection, ListedServer } from '../../kit/ipvsadm-lists.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel, type Requirement, rfc } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';
import { nextState } from '../../models/state-tables.ts';
import { TCP } from '../../models/tcp-states.ts';
import { eventOf } from './tcp-events.ts';

/** Modes in which the director sees what servers send. */
const REPLIES_SEEN = modesWhere(({ repliesPassDirector }) => repliesPassDirector);

interface WalkedStep {
  readonly step: string;
  readonly state: string;
  readonly row: ListedConnection | undefined;
  readonly server: ListedServer | undefined;
}

/** One connection, segment by segment; after each one its state is read. */
function walk(words: Omit<Requirement, 'sources'>, segments: readonly string[]): PacketCase {
  return packetCase<readonly WalkedStep[]>({
    ...words,
    sources: [kernel('states: typical walks, §4.2'), rfc('9293 §3.3.2')],
    play: async (stage) => {
      const service = await Service.add(stage, { servers: [{}] });
      const client = service.client();
      const walked: WalkedStep[] = [];
      let state = TCP.start;
      for (const segment of segments) {
        const [side, flags] = segment.split(' ') as ['in' | 'out', string];
        if (side === 'in') service.segment(client, flags);
        else service.reply(0, client, flags);
        await stage.settle();
        // In DR and TUN what the server sends goes past the director.
        if (side === 'in' || MODES[stage.mode].repliesPassDirector) {
          state = nextState(
            TCP,
            state,
            { side, event: eventOf(flags) },
            MODES[stage.mode].repliesPassDirector,
          );
        }
        const [row] = await service.connections();
        const [server] = await service.listedServers();
        walked.push({ step: segment, state, row, server });
      }
      return walked;
    },
    check: (_seen, walked) =>
      outcome(
        walked.length,
        `${counted(walked.length, 'segment')} of one connection`,
        walked.flatMap(({ step, state, row, server }, i) => {
          const facts = TCP.facts[state]!;
          return expectValues(`After segment ${i + 1} (${step}) the connection is not followed rightly.`, {
            state: [facts.name, row?.state],
            ActiveConn: [facts.isActive ? 1 : 0, server?.active],
            InActConn: [facts.isActive ? 0 : 1, server?.inactive],
          });
        }),
      ),
  });
}

export const walks: readonly PacketCase[] = [
  walk(
    {
      name: 'states/client-closes',
      title: 'A connection from SYN to the last ACK',
      requirement:
        'The director follows a connection by the segments that it sees: SYN_RECV counts as active already, the client’s FIN makes it inactive, and in DR and TUN, where the server’s segments go past, the client’s FIN leads to FIN_WAIT and no further.',
      modes: ALL_MODES,
    },
    ['in S', 'out SA', 'in A', 'in PA', 'out A', 'out PA', 'in A', 'in FA', 'out A', 'out FA', 'in A'],
  ),
  walk(
    {
      name: 'states/server-closes',
      title: 'The server closes first',
      requirement:
        'In NAT the director sees the server’s FIN: the connection is in FIN_WAIT, and in TIME_WAIT after the client’s; a keepalive leaves it there.',
      modes: REPLIES_SEEN,
    },
    ['in S', 'out SA', 'in A', 'out FA', 'in A', 'in FA', 'out A', 'in A'],
  ),
];
