/** Checks of the schedulers’ cases: each finds what is wrong, and says it. */
import { describe, expect, it } from 'vitest';
import { playInMemory } from '../../harness/conformance/memory-stage.ts';
import { ipText } from '../../lab/frames/index.ts';
import type { Seen } from '../../scenarios/kit/packet-case.ts';
import {
  caseNamed,
  findingsOf,
  isSyn,
  losing,
  MEMORY,
  replacing,
  type Wrong,
} from './fixtures/wrong-play.ts';

const WRONG: readonly Wrong[] = [
  ['scheduler/rr/sequence', 'nat', 'another scheduler', replacing('-s rr', '-s lc'), /not where rr sends it/],
  [
    'scheduler/rr/sequence',
    'tun',
    'one SYN in a thousand lost',
    losing(700, isSyn),
    /Connection 700 .* not where rr/,
  ],
  [
    'scheduler/rr/changes',
    'dr',
    'a server that is not added',
    { rule: (line) => (/-a .*\.13:/.test(line) ? undefined : line) },
    /the new server stands at the head/,
  ],
  ['scheduler/wrr/sequence', 'dr', 'weights off by one', replacing('-w 4', '-w 5'), /not where wrr sends it/],
  [
    'scheduler/wrr/after-edit',
    'nat',
    'an edit that is lost',
    { rule: (line) => (line.startsWith('-e') ? undefined : line) },
    /the bar stands at 3/,
  ],
  [
    'scheduler/lc/sequence',
    'nat',
    'weights that count',
    replacing('-s lc', '-s wlc'),
    /not where lc sends it/,
  ],
  [
    'scheduler/wlc/sequence',
    'tun',
    'weights that do not',
    replacing('-s wlc', '-s lc'),
    /not where wlc sends it/,
  ],
  [
    'scheduler/wlc/inactive',
    'nat',
    'only active connections counted',
    replacing('-s wlc', '-s sed'),
    /258 inactive connections are more/,
  ],
  [
    'scheduler/sed/sequence',
    'dr',
    'inactive connections counted',
    replacing('-s sed', '-s wlc'),
    /not where sed sends it/,
  ],
  ['scheduler/nq/idle-first', 'nat', 'idle servers left idle', replacing('-s nq', '-s sed'), /rs1 is idle/],
  [
    'scheduler/fo/failover',
    'nat',
    'no failover',
    { rule: (line) => line.replace('-w 0', '-w 9') },
    /rs2 is quiesced/,
  ],
  [
    'scheduler/ovf/capacity',
    'tun',
    'one connection more',
    replacing('-w 3', '-w 4'),
    /passed? .*its weight|past its weight/,
  ],
  ['scheduler/lblc/relief', 'nat', 'lblcr', replacing('-s lblc', '-s lblcr'), /nobody is half idle/],
  [
    'scheduler/lblcr/replication',
    'dr',
    'lblc',
    replacing('-s lblcr', '-s lblc'),
    /the least loaded of the set/,
  ],
  ['scheduler/sh/port-flag', 'nat', 'no port', replacing('-b sh-port', ''), /not where sh sends it/],
  ['scheduler/sh/fallback', 'dr', 'no fallback', replacing('-b sh-fallback', ''), /rs2 has weight 0/],
  [
    'scheduler/sh/quiesced',
    'tun',
    'fallback',
    replacing('-s sh', '-s sh -b sh-fallback'),
    /rs2 has weight 0 and one bucket/,
  ],
  [
    'scheduler/dh/quiesced',
    'nat',
    'a server that looks further',
    replacing('-s dh', '-s wlc'),
    /has weight 0/,
  ],
  ['scheduler/mh/sequence', 'dr', 'sh', replacing('-s mh', '-s sh'), /not where mh sends it/],
  [
    'scheduler/mh/quiesced',
    'nat',
    'fallback',
    replacing('-s mh', '-s mh -b mh-fallback'),
    /the slots of weight 3/,
  ],
  [
    'scheduler/twos/sequence',
    'nat',
    'the least loaded of all',
    replacing('-s twos', '-s wlc'),
    /smallest load for its weight/,
  ],
  [
    'scheduler/twos/sequence',
    'dr',
    'no look at the load',
    replacing('-s twos', '-s wrr'),
    /Not as often as chance/,
  ],
  ['scheduler/twos/equal-weights', 'tun', 'equal chances', replacing('-s twos', '-s rr'), /rs3/],
  [
    'scheduler/twos/eligible',
    'nat',
    'a threshold too high',
    replacing('-x 5', '-x 6'),
    /rs1 alone may be chosen/,
  ],
  ['scheduler/any/quiesced', 'nat', 'weight 1', replacing('-w 0', '-w 1'), /which has weight 0/],
  ['scheduler/any/full', 'nat', 'no threshold', replacing('-x 1', ''), /which is full/],
];

describe('a case finds', () => {
  it.each(WRONG)('%s in %s: %s', async (name, mode, _what, how, says) => {
    const findings = await findingsOf(name, mode, how);
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.map(({ message }) => message).join('\n')).toMatch(says);
  });
});

/** The same captures, but what reached `from` from a client seems to have reached `to`. */
function movedTo(seen: Seen, client: string, from: string, to: string): Seen {
  const isMoved = (bytes: Uint8Array, at: number) => ipText(bytes, at + 12) === client;
  const moved = seen
    .at(from)
    .filter(({ payload }) => payload !== undefined && isMoved(payload.bytes, payload.at));
  const macOf = (name: string) => seen.topology.hosts.find((host) => host.name === name)!.interfaces[0]!.mac;
  return new Proxy(seen, {
    get: (target, key) => {
      if (key !== 'at') {
        const own: unknown = Reflect.get(target, key, target);
        return typeof own === 'function' ? own.bind(target) : own;
      }
      return (host: string) => {
        if (host === from) return seen.at(from).filter((packet) => !moved.includes(packet));
        if (host !== to) return seen.at(host);
        const elsewhere = moved.map(
          (packet) =>
            new Proxy(packet, {
              get: (one, field) => (field === 'destinationMac' ? macOf(to) : Reflect.get(one, field, one)),
            }),
        );
        return [...seen.at(to), ...elsewhere];
      };
    },
  });
}

describe('one connection on a wrong server', () => {
  it.each(['nat', 'dr', 'tun'] as const)('is named by its number and packet, in %s', async (mode) => {
    const one = caseNamed('scheduler/wlc/sequence');
    const { seen, played } = await playInMemory(one, mode, MEMORY);
    const client = seen
      .at('rs1')
      .flatMap(({ payload }) => (payload ? [ipText(payload.bytes, payload.at + 12)] : []))
      .at(-1)!;
    const { findings } = one.check(movedTo(seen, client, 'rs1', 'rs2'), played);
    expect(findings[0]?.message).toMatch(
      /^Connection \d+ \(198\.18\.3\.\d+:\d+\) is not where wlc sends it\. Before it: rs3 weight 3/,
    );
    expect(findings[0]?.fields).toEqual([{ field: 'real server', expected: 'rs1', seen: 'rs2' }]);
    expect(findings[0]?.packet?.summary).toMatch(/TCP/);
  });
});
