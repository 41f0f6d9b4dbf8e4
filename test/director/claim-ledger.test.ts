import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ClaimLedger } from '../../director/claim-ledger.ts';
import { Claims } from '../../director/claims.ts';
import { formatIpv4 } from '../../director/wire/addresses.ts';
import { DIRECTOR, RIP1, RIP2, smallDirector, smallNetwork, VIP } from './fixtures/small-network.ts';

const SETS = [
  'virtual',
  'virtualRanges',
  'servers',
  'serverRanges',
  'localServers',
  'localServerRanges',
  'localClients',
  'marks',
  'virtualAddresses',
  'serverAddresses',
  'localServerAddresses',
] as const;

function listed(claims: Claims): Record<string, string[]> {
  return Object.fromEntries(
    SETS.map((name) => [name, claims[name].list.map((one) => JSON.stringify(one)).sort()]),
  );
}

const services = [
  `-t ${VIP}:80`,
  `-u ${VIP}:80`,
  `-t ${VIP}:21`,
  `-u ${VIP}:500`,
  `-t ${DIRECTOR.client}:80`,
  '-f 7',
  '-f 8',
  `-t ${VIP}:0`,
];
const servers = [`${RIP1}:8080`, `${RIP2}:80`, `${DIRECTOR.server}:8080`, `${RIP1}:80`];
const service = fc.constantFrom(...services);
const server = fc.constantFrom(...servers);
const method = fc.constantFrom('-m', '-g', '-i');

const action = fc.oneof(
  { weight: 4, arbitrary: service.map((one) => `-A ${one} -s rr${one.endsWith(':0') ? ' -p 100' : ''}`) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom('-a', '-e'), service, server, method)
      .map(([command, one, at, how]) => `${command} ${one} -r ${at} ${how}`),
  },
  { weight: 2, arbitrary: fc.tuple(service, server).map(([one, at]) => `-d ${one} -r ${at}`) },
  { weight: 2, arbitrary: service.map((one) => `-D ${one}`) },
  fc.constantFrom('-C', 'wait', 'mark', 'network', 'client'),
);

test('claims that follow change by change are those that a new look finds', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
      const it = smallDirector([]);
      const { state } = it.core;
      const followed = SETS.map((name) => {
        const follower = state.claims[name].follow((one: unknown) => JSON.stringify(one));
        return { name, follower, held: new Set<string>() };
      });
      for (const [i, what] of actions.entries()) {
        if (what === 'wait') it.advance(200_000);
        else if (what === 'mark') it.mark({ dst: `10.7.0.${i}`, set: i % 3 === 0 ? '0' : '7' });
        else if (what === 'network') it.setNetwork(smallNetwork({ ipForward: i % 2 === 0 }));
        else if (what === 'client') {
          state.localClients.add(0x0a000901 + i);
          it.core.rulesChanged();
        } else {
          try {
            it.rules(what);
          } catch {
            // Many of the rules are refused.
          }
        }
        const claims = new Claims();
        const { services: table, marks, localClients, routes } = state;
        // A view of the same services whose changes nobody else waits for.
        new ClaimLedger({ services: table, marks, localClients, isLocal: routes.isOwn }, claims).restart();
        expect(listed(state.claims)).toEqual(listed(claims));
        for (const { name, follower, held } of followed) {
          for (const [element, isThere] of follower.changes) {
            if (isThere) held.add(element);
            else held.delete(element);
          }
          follower.changes.clear();
          expect([...held].sort()).toEqual(listed(claims)[name]);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('one change beside many services changes what it is about, and nothing else', () => {
  const rules = Array.from({ length: 500 }, (_, i) => {
    const virtual = `-t ${formatIpv4(0x0a630000 + i)}:80`;
    return [`-A ${virtual} -s rr`, `-a ${virtual} -r ${RIP1}:${1000 + i} -m`];
  }).flat();
  const it = smallDirector(rules);
  const { claims } = it.core.state;
  const followers = SETS.map((name) => claims[name].follow((one: unknown) => JSON.stringify(one)));
  const changes = () => followers.flatMap(({ changes: all }) => [...all]);
  expect(changes().length).toBe(500 * 3 + 1);
  for (const { changes: all } of followers) all.clear();
  const before = claims.version;
  it.rules(`-e -t 10.99.0.1:80 -r ${RIP1}:1001 -m -w 5`);
  expect([changes(), claims.version]).toEqual([[], before]);
  it.rules(`-a -t 10.99.0.1:80 -r ${RIP2}:80 -m`);
  expect(changes().length).toBe(2);
  expect(claims.version).toBeGreaterThan(before);
});
