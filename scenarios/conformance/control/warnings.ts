/** What a director warns of. */

import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { contract } from '../../kit/requirement.ts';

const FOREIGN = 'the address of a service is on no interface of this machine, so no packet comes for it';
const IPV6_SERVICES = 'IPv6 services are listed but not balanced yet';
const IPV6_SERVERS = 'packets for IPv6 servers are dropped: tunnels over IPv6 are not supported yet';
const ENGINES = 'persistence engines are listed but not used: clients are identified by address alone';
const UNROUTED = 'this machine has no route that the director can use to real servers';
const LOOPBACK =
  'a NAT server with a loopback address serves clients on this machine only, as with the kernel';
const UNFORWARDED = 'net.ipv4.ip_forward is 0, so replies of NAT servers are dropped';

/** Rules by what is warned of with them. `VIP` and `RIP` stand for addresses. */
const WARNED: Readonly<Record<string, readonly string[]>> = {
  '': ['-A -t VIP:80', '-a -t VIP:80 -r RIP:80 -m', '-A -f 5'],
  [`${FOREIGN}: TCP 192.0.2.1:80`]: ['-A -t 192.0.2.1:80', '-A -t VIP:80'],
  [`${FOREIGN}: TCP 192.0.2.1:80, UDP 192.0.2.2:53, SCTP 192.0.2.3:9`]: [
    ...['-A -t 192.0.2.1:80', '-A -f 8', '-A -u 192.0.2.2:53', '-A --sctp-service 192.0.2.3:9'],
  ],
  [`${FOREIGN}: TCP 192.0.2.1:1, TCP 192.0.2.1:2, TCP 192.0.2.1:3 and 2 more`]: [
    ...[1, 2, 3, 4, 5].map((port) => `-A -t 192.0.2.1:${port}`),
  ],
  [`${IPV6_SERVICES}: TCP [2001:db8::2]:80, FWM 9 IPv6`]: ['-A -t [2001:db8::2]:80', '-A -f 9 -6'],
  [`${IPV6_SERVERS}: [2001:db8::b]:80 of TCP VIP:80, [2001:db8::c]:0 of FWM 4294967295`]: [
    ...['-A -t VIP:80', '-a -t VIP:80 -r [2001:db8::b]:80 -i', '-a -t VIP:80 -r RIP:80 -i'],
    ...['-A -f 4294967295', '-a -f 4294967295 -r [2001:db8::c]:0 -i'],
  ],
  [`${ENGINES}: UDP VIP:5060 (sip), FWM 7 (sip)`]: [
    ...['-A -u VIP:5060 -p 9 --pe sip', '-A -f 7 -p 9 --pe sip', '-A -f 6 -p 9'],
  ],
  [`${LOOPBACK}: 127.0.0.1:80 of TCP VIP:80`]: [
    ...['-A -t VIP:80', '-a -t VIP:80 -r 127.0.0.1:80 -m', '-a -t VIP:80 -r 127.0.0.2:80 -g'],
  ],
  [`${UNROUTED}: 198.51.100.9:80 of TCP VIP:80`]: [
    ...['-A -t VIP:80', '-a -t VIP:80 -r RIP:80 -m', '-a -t VIP:80 -r 198.51.100.9:80 -m'],
  ],
};

export const warnings: readonly PacketCase[] = [
  packetCase({
    name: 'control/warnings',
    title: 'A director warns of rules that cannot work here',
    requirement:
      'A director warns of services whose address is not its machine’s and no mark’s, of IPv6 and persistence engines, which it lists alone, of servers without a route or on a loopback address, and of NAT where replies are not forwarded: it names up to three of each, and counts the others; of what works it does not warn.',
    sources: [contract('the control socket')],
    modes: modesWhere(({ rewritesAddresses }) => rewritesAddresses),
    virtualTime: true,
    play: async ({ director, vip, servers }) => {
      const filled = (text: string) => text.replaceAll('VIP', vip).replaceAll('RIP', servers[0].address);
      const told: Record<string, [string, string]> = {};
      const expects = async (what: string, expected: string) => {
        const { warnings: given } = await director.snapshot();
        told[what] = [filled(expected), given.join('\n')];
      };
      for (const [expected, rules] of Object.entries(WARNED)) {
        await director.rules('-C', ...rules.map(filled));
        await expects(rules.join(' | '), expected);
      }
      const nat = ['-A -t VIP:80', '-a -t VIP:80 -r RIP:80 -m', '-A -u VIP:80', '-a -u VIP:80 -r RIP:80 -g'];
      await director.rules('-C', ...nat.map(filled));
      await director.setIpForward(false);
      await expects('without forwarding', `${UNFORWARDED}: TCP VIP:80`);
      await director.setIpForward(true);
      await director.rules('-C', '-A -t 192.0.2.1:80', '-A -t 192.0.3.1:80');
      await director.mark('192.0.2.0/24', 7);
      await expects('with a mark', `${FOREIGN}: TCP 192.0.3.1:80`);
      await director.mark('192.0.2.0/24', 0);
      await expects('without the mark', `${FOREIGN}: TCP 192.0.2.1:80, TCP 192.0.3.1:80`);
      return told;
    },
    check: (_seen, told) =>
      outcome(
        Object.keys(told).length,
        `${counted(Object.keys(told).length, 'set')} of rules with the warnings about it`,
        expectValues('A director does not warn of what cannot work, or warns of what can.', told),
      ),
  }),
];
