import { expect, test } from 'vitest';
import { hasVrfRule, policyRules, tablesForAll, unheededRules } from '../../../director/io/policy-rules.ts';

/** As `ip -json rule show` prints them. */
const RULES = policyRules.parse([
  { priority: 0, src: 'all', table: 'local' },
  { priority: 100, src: 'all', fwmark: '0x1', table: '100' },
  { priority: 101, src: 'all', fwmark: '0x2', table: 'uplink2' },
  { priority: 102, src: '10.0.1.100', table: 'uplink2' },
  { priority: 103, src: 'all', iif: 'eth1', table: '103' },
  { priority: 104, src: '10.0.0.0', srclen: 8, ipproto: 'tcp', dport: 25, table: '104' },
  { priority: 105, src: 'all', table: '105', protocol: 'static' },
  { priority: 32766, src: 'all', table: 'main' },
  { priority: 32767, src: 'all', table: 'default' },
]);

test('tables for all packets are those of rules without a condition', () => {
  expect(tablesForAll(RULES)).toEqual(['local', '105', 'main', 'default']);
});

test('rules that ask for what the director does not tell the kernel are named, unless they take packets in', () => {
  expect(unheededRules(RULES, new Set(['local', '100']))).toEqual([
    '101: from all fwmark 0x2 lookup uplink2',
    '104: from 10.0.0.0/8 ipproto tcp dport 25 lookup 104',
  ]);
});

test('VRFs have a rule of their own', () => {
  expect(hasVrfRule(RULES)).toBe(false);
  expect(hasVrfRule(policyRules.parse([{ priority: 1000, src: 'all', l3mdev: null }]))).toBe(true);
});
