import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RuleError } from '../../../director/index.ts';
import { topologies } from '../../../lab/index.ts';
import { placeOf, setUpRules } from '../../../scenarios/fairness/addresses.ts';
import { readOwnRules } from '../../../scenarios/fairness/own-rules.ts';

const EXAMPLE = readFileSync(new URL('../../../examples/site.rules', import.meta.url), 'utf8');

/** The rules by which a service is set up in the lab, without addresses. */
function playedAs(text: string) {
  const { scenarios } = readOwnRules(text, 'rules');
  return scenarios.map(({ name, onlyIn, contenders, plan, servers }) => {
    const { service } = plan({ contender: contenders[0]!, connections: 10, seed: 1 });
    const place = placeOf(onlyIn, 0, topologies[onlyIn]({ servers }));
    const rules = setUpRules(service, place);
    return { name, mode: onlyIn, by: contenders[0]!.name, rules };
  });
}

describe('a user’s own rules', () => {
  it('become a situation each, with their scheduler, flags, persistence, weights and mode', () => {
    expect(playedAs(EXAMPLE)).toEqual([
      {
        name: 'tcp-192.0.2.10:80',
        mode: 'nat',
        by: 'wrr',
        rules: [
          '-A -t 10.0.1.100:8256 -s wrr',
          '-a -t 10.0.1.100:8256 -r 10.0.2.11:8256 -m -w 10',
          '-a -t 10.0.1.100:8256 -r 10.0.2.12:8256 -m -w 10',
          '-a -t 10.0.1.100:8256 -r 10.0.2.13:8256 -m -w 25',
        ],
      },
      {
        name: 'udp-192.0.2.53:53',
        mode: 'dr',
        by: 'wlc',
        rules: [
          '-A -u 10.0.2.100:8256 -s wlc',
          '-a -u 10.0.2.100:8256 -r 10.0.2.11:8256 -g -w 1',
          '-a -u 10.0.2.100:8256 -r 10.0.2.12:8256 -g -w 1',
        ],
      },
      {
        name: 'fwm-7',
        mode: 'tun',
        by: 'sh-port',
        rules: [
          '-A -f 1 -s sh -p 300 -M 255.255.255.0 -b sh-port',
          '-a -f 1 -r 10.0.3.11:0 -i -w 2',
          '-a -f 1 -r 10.0.3.12:0 -i -w 1',
        ],
      },
    ]);
    expect(readOwnRules(EXAMPLE, 'rules')).toMatchObject({ modes: ['nat', 'dr', 'tun'], skipped: [] });
  });

  it('say what is played otherwise', () => {
    const rules = '-A -t 192.0.2.1:80 -s rr -p 60\n-a -t 192.0.2.1:80 -r 10.9.0.1:80 -g -w 1 -x 100 -y 50';
    expect(readOwnRules(rules, 'rules').scenarios[0]!.yours).toEqual({
      service: 'TCP 192.0.2.1:80',
      servers: ['10.9.0.1:80'],
      otherwise: [
        { yours: 'persistence of 60 s', lab: 'persistence of 300 s, which outlasts the run' },
        { yours: 'thresholds (-x, -y)', lab: 'none' },
      ],
    });
  });

  it('are refused with the number of the line that is wrong', () => {
    const wrong = '-A -t 192.0.2.1:80 -s rr\n\n-a -t 192.0.2.1:80 -r 10.9.0.1:80 -m -w many';
    expect(() => readOwnRules(wrong, 'my.rules')).toThrow(RuleError);
    expect(() => readOwnRules(wrong, 'my.rules')).toThrow(/^my\.rules, line 3: .*weight/);
    const unknown = '-A -t 192.0.2.1:80 -s best';
    expect(() => readOwnRules(unknown, 'my.rules')).toThrow(/^my\.rules, line 1: /);
  });

  const many = Array.from({ length: 65 }, (_, i) => `-a -t 192.0.2.1:80 -r 10.9.1.${i + 1}:80 -m -w 1`);
  it.each([
    ['no real server', '-A -t 192.0.2.1:80 -s rr'],
    ['have weight 0', '-A -t 192.0.2.1:80 -s rr\n-a -t 192.0.2.1:80 -r 10.9.0.1:80 -m -w 0'],
    [
      'reached by DR and NAT',
      '-A -t 192.0.2.1:80 -s rr\n-a -t 192.0.2.1:80 -r 10.9.0.1:80 -m\n-a -t 192.0.2.1:80 -r 10.9.0.2:80 -g',
    ],
    ['for every port', '-A -t 192.0.2.1:0 -s rr -p 300\n-a -t 192.0.2.1:0 -r 10.9.0.1:0 -g'],
    ['one-packet scheduling', '-A -u 192.0.2.1:53 -s rr -o\n-a -u 192.0.2.1:53 -r 10.9.0.1:53 -m'],
    [
      'of SCTP no traffic',
      '-A --sctp-service 192.0.2.1:80 -s rr\n-a --sctp-service 192.0.2.1:80 -r 10.9.0.1:80 -m',
    ],
    ['an IPv6 service', '-A -t [2001:db8::1]:80 -s rr\n-a -t [2001:db8::1]:80 -r [2001:db8::2]:80 -m'],
    ['65 real servers', ['-A -t 192.0.2.1:80 -s rr', ...many].join('\n')],
  ])('that cannot be played are named with the reason: %s', (reason, rules) => {
    expect(() => readOwnRules(rules, 'rules')).toThrow('there is no virtual service that can be played');
    const { scenarios, skipped } = readOwnRules(`${EXAMPLE}\n${rules}`, 'rules');
    expect(scenarios).toHaveLength(3);
    expect(skipped).toEqual([expect.stringContaining(reason)]);
    expect(skipped[0]).toMatch(/ of rules is not played: .*\.$/);
  });
});
