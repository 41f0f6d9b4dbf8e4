/** A kind of case: a connection in a certain state is known until its time is up, and forgotten then. */

import type { Mode } from '../../../lab/index.ts';
import { ALL_MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import type { ListedServer } from '../../kit/ipvsadm-lists.ts';
import { type Entry, Journal, judgeArrivals } from '../../kit/journal.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel, type Requirement } from '../../kit/requirement.ts';
import { type Client, type Protocol, Service } from '../../kit/service.ts';
import type { Stage } from '../../kit/stage.ts';

const SOURCES = [kernel('states: timeouts, §4.2'), kernel('connections: expiry, §3.4')];

interface ExpiryRun {
  readonly entries: readonly Entry[];
  readonly before: readonly ListedServer[];
  readonly after: readonly ListedServer[];
}

/** The longest that Linux’s timers may be late, by how far ahead they were set. */
function latenessMs(timeoutS: number): number {
  if (timeoutS < 16) return 300;
  return timeoutS < 131 ? 2_100 : 16_500;
}

interface Expiry {
  readonly timeoutS: number;
  readonly protocol?: Protocol;
  /** Segments that bring a connection into the state: `in S`, or `out FA` of rs2. */
  readonly way: readonly string[];
  readonly modes?: readonly Mode[];
  readonly prepare?: (stage: Stage) => Promise<void>;
}

/**
 * Two connections are brought into a state on rs2, and then only rs1 may be chosen. One is asked for right before its
 * time is up, the other one after.
 */
export function expiryCase(words: Omit<Requirement, 'sources' | 'modes'>, expiry: Expiry): PacketCase {
  const { timeoutS, way, protocol = 'tcp', modes = ALL_MODES, prepare } = expiry;
  return packetCase<ExpiryRun>({
    ...words,
    sources: SOURCES,
    modes,
    virtualTime: true,
    play: async (stage) => {
      await prepare?.(stage);
      const service = await Service.add(stage, { protocol, servers: [{ weight: 0 }, {}] });
      const journal = new Journal(service);
      const [early, late] = [journal.newClient(), journal.newClient()];
      for (const client of [early, late]) await bringThere(journal, service, client, way);
      await service.editServer(0);
      await service.editServer(1, { weight: 0 });
      const startedMs = 2 * (way.length + 1) * 100;
      await stage.wait(timeoutS * 1000 - startedMs);
      const before = await service.listedServers();
      const question = (client: Client) =>
        protocol === 'udp' ? service.datagram(client) : service.segment(client, 'A');
      journal.expect(question(early), 'rs2', `${timeoutS} s are not over: the connection is known.`);
      await stage.settle();
      await stage.wait(startedMs + latenessMs(timeoutS));
      const next = protocol === 'udp' ? 'rs1' : undefined;
      journal.expect(question(late), next, `${timeoutS} s are over: the connection is forgotten.`);
      await stage.settle();
      return { entries: journal.entries, before, after: await service.listedServers() };
    },
    check: (seen, { entries, before, after }) =>
      outcome(
        entries.length,
        `${counted(entries.length, 'packet')}, before and after ${timeoutS} s of silence`,
        judgeArrivals(seen, entries),
        expectValues('A forgotten connection still counts.', {
          'connections of rs2 before': [2, before[1] && before[1].active + before[1].inactive],
          'connections of rs2 after': [1, after[1] && after[1].active + after[1].inactive],
        }),
      ),
  });
}

async function bringThere(journal: Journal, service: Service, client: Client, way: readonly string[]) {
  for (const segment of way) {
    const [side, flags] = segment.split(' ');
    if (service.protocol === 'udp') journal.expect(service.datagram(client), 'rs2', 'rs1 has weight 0.');
    else if (side === 'in') journal.expect(service.segment(client, flags!), 'rs2', 'rs1 has weight 0.');
    else service.reply(1, client, flags!);
    await service.stage.settle();
  }
}
