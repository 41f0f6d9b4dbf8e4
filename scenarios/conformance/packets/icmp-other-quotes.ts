/** ICMP errors that quote what no connection can be made of. */

import { ICMP, ipPacket, UNREACHABLE, udpPacket, writeHeaderChecksum } from '../../../lab/frames/index.ts';
import { ALL_MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectCount, expectValues, outcome } from '../../kit/expecting/expect.ts';
import { isOf } from '../../kit/expecting/forwarded.ts';
import { errorQuoting } from '../../kit/expecting/icmp-messages.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { send } from '../../kit/sending/send.ts';
import { Service } from '../../kit/service.ts';

const MARK = 4711;
/** Where a router on the clients’ side sends errors from. */
const ROUTER = '198.51.100.254';
const PORTS = { sourcePort: 8000, destinationPort: 40_000 };
/** IGMP, GRE, and one that nobody has. */
const OTHER_PROTOCOLS = [1, 2, 47, 253];
/** What must be there: the header and the two ports. */
const LEAST_BYTES = 24;

export const icmpOtherQuotes: readonly PacketCase[] = [
  packetCase({
    name: 'icmp/schedule-icmp-others',
    title: 'schedule_icmp: not everything that an error quotes can be a connection',
    requirement:
      'With net.ipv4.vs.schedule_icmp on, an error opens a connection where it quotes a packet of TCP, UDP or SCTP up to its ports, even for a service by firewall mark; not where it quotes another protocol, a fragment that is not the first, or less than the ports.',
    sources: [kernel('scheduling: ICMP carrying a packet, §1.3'), kernel('ICMP errors, §5.8')],
    modes: ALL_MODES,
    play: async (stage) => {
      const { director, vip } = stage;
      await Service.add(stage, { mark: MARK, servers: [{}] });
      await director.mark(vip, MARK);
      await director.set('schedule_icmp', 1);
      const ends = { source: vip, destination: stage.clientAddress() };
      const usual = udpPacket(ends, { ...PORTS, payload: new Uint8Array(32) });
      const fragment = usual.slice();
      fragment.set([0, 1], 6);
      writeHeaderChecksum(fragment);
      const quote = (packet: Uint8Array, bytes?: number) =>
        errorQuoting({ source: ROUTER, destination: vip }, { type: UNREACHABLE, code: 1 }, packet, bytes);
      const ignored = [
        ...OTHER_PROTOCOLS.map((protocol) => quote(ipPacket(ends, protocol, usual.subarray(20)))),
        quote(fragment),
        quote(usual, LEAST_BYTES - 1),
      ];
      await send(stage, stage.client, ignored);
      const before = (await director.snapshot()).totals.connections;
      await send(stage, stage.client, [quote(usual, LEAST_BYTES)]);
      const after = (await director.snapshot()).totals.connections;
      return { errors: ignored.length + 1, connections: [before, after].join(' ') };
    },
    check: (seen, { errors, connections }) =>
      outcome(
        errors,
        `${counted(errors, 'error')} about packets of no connection`,
        expectCount(seen.fromClients.filter(isOf(ICMP)), errors, 'errors that reach the director'),
        expectCount(seen.toServers, 1, 'errors that reach a server'),
        expectValues('Another number of connections was opened.', {
          'connections before and after the one that can be one': ['0 1', connections],
        }),
      ),
  }),
];
