/** Connections and rules that change in any order, each packet and each list held against a reference model. */

import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { judgeArrivals } from '../../kit/journal.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { article, kernel } from '../../kit/requirement.ts';
import { type Protocol, Service } from '../../kit/service.ts';
import { LBLCR_EXPIRATION_S, type Plan, Play } from './any-order-play.ts';

const WAITS = [1, 1, 1, 1, 2, 5, 9, 18, 44, 130];
const WEIGHTS = [0, 1, 1, 2, 3, 5, 255, 256, 65_535, 65_536, 2 ** 31 - 1];
const UPPER = [0, 0, 1, 2, 3, 4, 5, 9, 65_536];
/** Small, so that turns and limits of localities come round; whatever common divisors. */
const SMALL_WEIGHTS = [0, 1, 2, 2, 3, 4, 6, 6, 9];
/** Those that choose by the servers as they are and by their loads. */
const BY_SERVERS = [
  ['lc'],
  ['wlc'],
  ['sed'],
  ['nq'],
  ['fo'],
  ['ovf'],
  ['dh'],
  ['sh'],
  ['sh', 'sh-port'],
  ['sh', 'sh-fallback'],
] as const;

/** Those that remember something from one connection to the next. */
const REMEMBERING = [['rr'], ['wrr'], ['lblc'], ['lblcr'], ['lblcr']] as const;

/** Longer than connections live that are not heard of, and than deleted servers are kept after that. */
const ALL_OVER_MS = 25 * 60_000;

function anyOrderCase(name: string, title: string, plan: Plan): PacketCase {
  return packetCase({
    name: `any-order/${name}`,
    title,
    requirement:
      'Whatever the order in which connections begin, go on, end and time out, and servers are added, given other weights and thresholds, deleted and added again under one scheduler and another: each packet reaches the server that its connection has or that the scheduler chooses, and ipvsadm lists servers and connections as they are, in the same way after another process has taken over; and when all is over, nothing is left of it.',
    sources: [
      article('scheduler'),
      kernel('schedulers: what all have in common, §2.1'),
      kernel('connections: expiry, §3.4'),
      kernel('connections: deleted destinations, §3.6'),
      kernel('connections: reuse, §3.7'),
    ],
    modes: modesWhere(() => true),
    virtualTime: true,
    play: async (stage) => {
      const before = stage.director.kept?.() ?? {};
      const { protocol, choices } = plan;
      await stage.director.set('lblcr_expiration', LBLCR_EXPIRATION_S);
      const [[scheduler]] = choices as readonly [Plan['choices'][number]];
      const service = await Service.add(stage, { protocol, scheduler, servers: [] });
      const play = new Play(stage, service, plan);
      await play.play();
      await stage.director.rules('-C');
      await stage.wait(ALL_OVER_MS);
      const { neighbours: _neighbours, ...expected } = before;
      const left = Object.entries(stage.director.kept?.() ?? {}).filter(
        ([name, kept]) => name in expected && kept !== expected[name],
      );
      return { entries: play.journal.entries, looks: play.looks, left };
    },
    check: (seen, { entries, looks, left }) =>
      outcome(
        entries.length + looks.length,
        `${counted(entries.length, 'packet')} followed, ${counted(looks.length, 'list')} compared`,
        judgeArrivals(seen, entries),
        looks.flatMap((look) =>
          expectValues('A list is not as it should be.', { [look.what]: [look.expected, look.seen] }),
        ),
        expectValues(
          'Something is left of what is over.',
          Object.fromEntries(left.map(([name, kept]) => [name, ['as before all began', String(kept)]])),
        ),
      ),
  });
}

function byServers(protocol: Protocol): Plan {
  return {
    protocol,
    ...{ choices: BY_SERVERS, weights: WEIGHTS, upper: UPPER },
    ...{ rounds: 32, waits: WAITS, changes: 3, newClients: 0 },
  };
}

export const anyOrder: readonly PacketCase[] = [
  anyOrderCase('tcp', 'TCP connections and rules that change in any order', byServers('tcp')),
  anyOrderCase('udp', 'UDP flows and rules that change in any order', byServers('udp')),
  anyOrderCase('sctp', 'SCTP associations and rules that change in any order', byServers('sctp')),
];

/** Of schedulers whose choices follow from earlier ones. */
export const anyOrderRemembering: readonly PacketCase[] = [
  anyOrderCase('remembering', 'Schedulers that remember, while rules change in any order', {
    protocol: 'tcp',
    choices: REMEMBERING,
    weights: SMALL_WEIGHTS,
    upper: [0, 0, 0, 3, 9, 30],
    ...{ rounds: 100, roundsEach: 10, waits: [1, 1, 1, 2, 5, 9], changes: 4, newClients: 5 },
  }),
];
