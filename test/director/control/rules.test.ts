import { expect, it } from 'vitest';
import { applyRules, parseRules } from '../../../director/control/rules.ts';
import { RuleError } from '../../../director/services/rule-error.ts';
import { World } from '../connections/world.ts';

const SERVICE = '-A -t 10.0.0.1:80 -s rr';

it('takes the lines that ipvsadm -S writes, with or without the program’s name', () => {
  const rules = parseRules(`${SERVICE}\nipvsadm -a -t 10.0.0.1:80 -r 10.0.2.1:8080 -m -w 3\n`);
  expect(rules.map(({ operation }) => operation)).toMatchObject([
    { do: 'add-service', service: { protocol: 'tcp', address: '10.0.0.1', port: 80 } },
    { do: 'add-server', server: { address: '10.0.2.1', port: 8080 }, settings: { weight: 3 } },
  ]);
});

it('reads nothing from comments and empty lines', () => {
  expect(parseRules('# rules\n\n   \n')).toEqual([]);
});

it.each([
  ['-A -t nowhere', 'illegal virtual server address[:port] specified'],
  ['-a -t 10.0.0.1:80', "You need to supply the 'real-server' option for the 'add-server' command"],
  ['-A -t 10.0.0.1:80 -w 3', "Illegal 'weight' option with the 'add-service' command"],
  ['-A -t 10.0.0.1:80 --bogus', '--bogus: unknown option'],
  ['-Ln', '-Ln does not change rules'],
  ['-X', '"-X" does not start a rule; expected -A -E -D -C -a -e -d -Z or --set'],
])('refuses %s in ipvsadm’s words, and names the line', (line, problem) => {
  const parse = () => parseRules(`${SERVICE}\n${line}`, 'my rules');
  expect(parse).toThrow(RuleError);
  expect(parse).toThrow(`my rules, line 2: ${problem}\n  ${line}`);
});

it('asks nobody for names', () => {
  expect(() => parseRules('-A -t localhost:80')).toThrow(RuleError);
});

it('names the line that cannot be carried out, and has carried out those before it', () => {
  const { state } = new World().director.core;
  const rules = parseRules(`${SERVICE}\n${SERVICE}\n-A -t 10.0.0.1:81 -s rr`, 'my rules');
  expect(() => applyRules(state, rules)).toThrow(`my rules, line 2: Service already exists\n  ${SERVICE}`);
  expect(state.services.size).toBe(1);
});
