import { describe, expect, test } from 'vitest';
import { warningsOf } from '../../../director/control/warnings.ts';
import { ipv4 } from '../../../director/wire/addresses.ts';
import { RIP1, smallDirector, smallNetwork, UNROUTED_RIP, VIP } from '../fixtures/small-network.ts';

const NAT_RULES = [`-A -t ${VIP}:80 -s rr`, `-a -t ${VIP}:80 -r ${RIP1}:80 -m`];

function warnings(rules: readonly string[], network = smallNetwork()): string[] {
  return warningsOf(smallDirector(rules, network).core.state);
}

describe('a warning', () => {
  test('is not given where the machine has what the rules need', () => {
    expect(warnings(NAT_RULES)).toEqual([]);
  });

  test('names services whose address the machine does not have', () => {
    expect(warnings(['-A -t 10.0.1.77:80 -s rr', '-A -u 10.0.1.78:53 -s rr', NAT_RULES[0] ?? ''])).toEqual([
      expect.stringMatching(
        /on no interface of this machine, so no packet comes for it: TCP 10\.0\.1\.77:80, UDP 10\.0\.1\.78:53$/,
      ),
    ]);
  });

  test('is not given for an address within a local network, or one that marked packets go to', () => {
    const director = smallDirector(
      ['-A -t 10.9.0.5:80 -s rr', '-A -t 192.0.2.7:80 -s rr', '-A -f 7 -s rr'],
      smallNetwork({ localNetworks: [{ network: ipv4('10.9.0.0'), prefixLength: 24 }] }),
    );
    director.mark({ dst: '192.0.2.0/24', set: '7' });
    expect(warningsOf(director.core.state)).toEqual([]);
  });

  test('names servers that no route leads to', () => {
    expect(warnings([...NAT_RULES, `-a -t ${VIP}:80 -r ${UNROUTED_RIP}:80 -m`])).toEqual([
      expect.stringMatching(new RegExp(`no route .*: ${UNROUTED_RIP}:80 of TCP ${VIP}:80$`)),
    ]);
  });

  test('names services by NAT where replies are not forwarded', () => {
    expect(warnings(NAT_RULES, smallNetwork({ ipForward: false }))).toEqual([
      expect.stringMatching(new RegExp(`ip_forward is 0, .*: TCP ${VIP}:80$`)),
    ]);
    const dr = [NAT_RULES[0] ?? '', `-a -t ${VIP}:80 -r ${RIP1} -g`];
    expect(warnings(dr, smallNetwork({ ipForward: false }))).toEqual([]);
  });

  test('names policy rules that do not count', () => {
    const unheeded = '100: from all fwmark 0x2 lookup uplink2';
    expect(warnings(NAT_RULES, smallNetwork({ unheededRules: [unheeded] }))).toEqual([
      expect.stringContaining(`do not count for balanced packets: ${unheeded}`),
    ]);
  });

  test('counts those that would make it long', () => {
    const rules = [70, 71, 72, 73, 74].map((last) => `-A -t 10.0.1.${last}:80 -s rr`);
    expect(warnings(rules)).toEqual([expect.stringMatching(/and 2 more$/)]);
  });
});
