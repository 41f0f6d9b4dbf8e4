import { describe, expect, it } from 'vitest';
import type { BalancedService } from '../../../harness/directors/director-under-test.ts';
import { haproxyConfiguration } from '../../../harness/directors/haproxy/index.ts';
import { references } from '../../../harness/directors/index.ts';
import { natRules } from '../../../harness/directors/nft/index.ts';
import { listeningPorts } from '../../../lab/netns/listening.ts';
import { nginxConfiguration } from '../../../lab/servers/nginx.ts';

const SERVICES: readonly BalancedService[] = [
  {
    protocol: 'tcp',
    address: '10.0.1.101',
    port: 80,
    scheduler: 'rr',
    servers: [
      { address: '10.0.2.11', port: 8080, weight: 1 },
      { address: '10.0.2.12', port: 8080, weight: 1 },
    ],
  },
  {
    protocol: 'udp',
    address: '10.0.1.101',
    port: 5300,
    scheduler: 'rr',
    servers: [{ address: '10.0.2.201', port: 5300, weight: 1 }],
  },
];

describe('references', () => {
  it('have names of their own, and say what they are', () => {
    const names = references.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
    for (const { description, protocols, modes } of references) {
      expect(description).not.toBe('');
      expect(protocols.length).toBeGreaterThan(0);
      expect(modes.length).toBeGreaterThan(0);
    }
  });

  it('nftables: a rule for each service, its servers numbered from 0 for numgen', () => {
    const rules = natRules(SERVICES)
      .split('\n')
      .filter((line) => line.includes('dnat'));
    expect(rules.map((rule) => rule.trim())).toEqual([
      'ip daddr 10.0.1.101 tcp dport 80 dnat ip addr . port to numgen inc mod 2 map { 0 : 10.0.2.11 . 8080, 1 : 10.0.2.12 . 8080 }',
      'ip daddr 10.0.1.101 udp dport 5300 dnat ip addr . port to numgen inc mod 1 map { 0 : 10.0.2.201 . 5300 }',
    ]);
  });

  it('HAProxy: a listener for each TCP service, none for UDP', () => {
    const lines = haproxyConfiguration(SERVICES).split('\n');
    expect(lines.filter((line) => line.includes('bind'))).toEqual(['  bind 10.0.1.101:80']);
    expect(lines.filter((line) => line.includes('server rs'))).toEqual([
      '  server rs1 10.0.2.11:8080',
      '  server rs2 10.0.2.12:8080',
    ]);
    expect(lines).toContain('  mode tcp');
  });
});

describe('what listens', () => {
  it('is read from the kernel’s table: local ports in state LISTEN only', () => {
    const table = [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      '   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0',
      '   1: 0B02000A:0050 1401000A:D431 01 00000000:00000000 00:00000000 00000000     0        0 2 1 0 20 4 30 10 -1',
      '',
    ].join('\n');
    expect([...listeningPorts(table)]).toEqual([8080]);
  });

  it('is told to nginx, whose answers name the server', () => {
    const text = nginxConfiguration('rs2', 8080, '/somewhere/rs2');
    expect(text).toContain('listen 8080');
    expect(text).toContain('return 200 "rs2\\n"');
  });
});
