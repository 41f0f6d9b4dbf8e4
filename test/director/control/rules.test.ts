import { expect, test } from 'vitest';
import { METHOD } from '../../../director/connections/flags.ts';
import { parseRule, parseRules } from '../../../director/control/rules.ts';
import { RuleError } from '../../../director/services/rule-error.ts';
import { SERVICE_FLAG } from '../../../director/services/service-flags.ts';
import { ipv4 } from '../../../director/wire/addresses.ts';
import { PROTOCOL } from '../../../director/wire/ipv4.ts';

const VIP = ipv4('10.0.0.1');
const PLAIN = { scheduler: 'wlc', flags: 0, persistenceMs: 0, netmask: -1 };
const P = SERVICE_FLAG.persistent;

test.each([
  ['-A -t 10.0.0.1:80', { protocol: PROTOCOL.tcp, address: VIP, port: 80 }, PLAIN],
  [
    '-A --sctp-service 10.0.0.1:80 -s rr',
    { protocol: PROTOCOL.sctp, address: VIP, port: 80 },
    { ...PLAIN, scheduler: 'rr' },
  ],
  ['-E -f 7', { protocol: 0, address: 0, port: 0, mark: 7 }, PLAIN],
  ['-A -f 4294967295', { protocol: 0, address: 0, port: 0, mark: -1 }, PLAIN],
  [
    '-A -t 10.0.0.1:80 -p',
    { protocol: PROTOCOL.tcp, address: VIP, port: 80 },
    { ...PLAIN, flags: P, persistenceMs: 360_000 },
  ],
  [
    '-A -t 10.0.0.1 -p -M 255.255.255.0',
    { protocol: PROTOCOL.tcp, address: VIP, port: 0 },
    { ...PLAIN, flags: P, persistenceMs: 360_000, netmask: -256 },
  ],
  [
    '-A -u 10.0.0.1:53 -o --persistent=60',
    { protocol: PROTOCOL.udp, address: VIP, port: 53 },
    { ...PLAIN, flags: P | SERVICE_FLAG.onePacket, persistenceMs: 60_000 },
  ],
  [
    '-A -t 10.0.0.1:80 -s sh -b sh-fallback,sh-port',
    { protocol: PROTOCOL.tcp, address: VIP, port: 80 },
    { ...PLAIN, scheduler: 'sh', flags: SERVICE_FLAG.sched1 | SERVICE_FLAG.sched2 },
  ],
  [
    '-A -t 10.0.0.1:80 -s mh -b mh-port,flag-3',
    { protocol: PROTOCOL.tcp, address: VIP, port: 80 },
    { ...PLAIN, scheduler: 'mh', flags: SERVICE_FLAG.sched2 | SERVICE_FLAG.sched3 },
  ],
])('%s', (line, service, options) => {
  expect(parseRule(line)).toMatchObject({ service, options });
});

test('a server of a mark keeps the port of the packet unless it is given one', () => {
  expect(parseRule('-a -f 7 -r 10.0.2.1 -g')).toMatchObject({ server: { port: 0 } });
  expect(parseRule('-a -f 7 -r 10.0.2.1:8080 -g')).toMatchObject({ server: { port: 8080 } });
  expect(parseRule('-a -t 10.0.0.1:80 -r 10.0.2.1:8080 -g')).toMatchObject({ server: { port: 80 } });
});

test('thresholds, weight and method', () => {
  expect(parseRule('-e -t 10.0.0.1:80 -r 10.0.2.1 -m -w 0 -x 8 -y 3')).toMatchObject({
    options: { method: METHOD.masquerade, weight: 0, upperThreshold: 8, lowerThreshold: 3 },
  });
});

test('--set takes three timeouts, 0 keeping what is', () => {
  expect(parseRule('--set 900 0 30')).toEqual({ kind: 'set', tcpMs: 900_000, tcpFinMs: 0, udpMs: 30_000 });
});

test.each([
  ['-A -t 10.0.0.1', 'port 0 goes with persistence only'],
  ['-A -t 10.0.0.1:80 -o', 'UDP services'],
  ['-A -t 10.0.0.1:80 -s rr -b sh-port', 'does not go with the scheduler rr'],
  ['-A -t 10.0.0.1:80 -s sh -b sh-porter', 'no scheduler flag'],
  ['-A -t 10.0.0.1:80 -p 0', 'illegal persistence'],
  ['-A -t 10.0.0.1:80 -p 2678401', 'illegal persistence'],
  ['-A -t 10.0.0.1:80 -p 60 -M 24', 'illegal netmask'],
  ['-A -f 0', 'illegal firewall mark'],
  ['-A -f 7 -t 10.0.0.1:80', 'not several'],
  ['-A', 'a service is needed'],
  ['-a -t 10.0.0.1:80 -r 10.0.2.1 -x 3 -y 4', 'above the upper threshold'],
  ['-a -t 10.0.0.1:80 -r 10.0.2.1 -s rr', "'scheduler' does not go with 'add-server'"],
  ['--set 1 2', 'three timeouts'],
  ['--set 1 2 2678401', 'illegal timeout'],
  ['-A -t 10.0.0.1:80 --pe sip', 'not supported'],
])('refuses %s', (line, message) => {
  expect(() => parseRule(line)).toThrow(RuleError);
  expect(() => parseRule(line)).toThrow(message);
});

test('an error names the line that it is in', () => {
  expect(() => parseRules('-A -t 10.0.0.1:80\n\n-A -t nowhere', 'my rules')).toThrow(/^my rules, line 3: /);
});
