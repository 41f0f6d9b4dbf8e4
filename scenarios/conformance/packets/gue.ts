/** TUN by generic UDP encapsulation. */

import { get16, IPIP, join, put16, transportChecksum, UDP, u16 } from '../../../lab/frames/index.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectCount, outcome } from '../../kit/expecting/expect.ts';
import { packetIn } from '../../kit/expecting/forwarded.ts';
import type { Encapsulation } from '../../kit/expecting/rewritten-packet.ts';
import type { Finding } from '../../kit/finding.ts';
import { findingAbout } from '../../kit/finding.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { rfc } from '../../kit/requirement.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow } from '../../kit/sending/standard-flows.ts';
import { addStandardService } from '../../kit/standard-service.ts';
import { TUNNELLING, tooLongCase } from './mtu.ts';
import { GUE_PORT, tunnelCase, tunnels } from './tunnel-case.ts';

/** UDP, and four bytes of GUE: version, control bit and length all 0, the protocol inside, no flags. */
function gueTunnel(tunnelPacket: Uint8Array, hasChecksum: boolean): Encapsulation {
  const sourcePort = get16(tunnelPacket, 20);
  return {
    protocol: UDP,
    header: (packet, ends) => {
      const header = join(u16(sourcePort, GUE_PORT, 12 + packet.length, 0), Uint8Array.of(0, IPIP, 0, 0));
      if (hasChecksum) put16(header, 6, transportChecksum(ends, UDP, join(header, packet)) || 0xffff);
      return header;
    },
  };
}

const GUE_OPTIONS = ['--tun-type', 'gue', '--tun-port', String(GUE_PORT)];

const gue = tunnelCase({
  name: 'outer/gue',
  title: 'A GUE tunnel looks like UDP',
  requirement:
    'With --tun-type gue the packet travels in a UDP datagram to --tun-port, without a checksum unless asked for, behind four bytes of GUE that say “IPv4 inside”: any router and network card can balance it.',
  sources: [tunnels('gue'), rfc('768')],
  options: GUE_OPTIONS,
  encapsulation: (tunnelPacket) => gueTunnel(tunnelPacket, false),
});

const gueChecksum = tunnelCase({
  name: 'outer/gue-checksum',
  title: 'A GUE tunnel can have a UDP checksum',
  requirement:
    'With --tun-csum the outer UDP header carries a checksum over all that it wraps, between the director’s address and the server’s.',
  sources: [tunnels('gue with checksum'), rfc('768')],
  options: [...GUE_OPTIONS, '--tun-csum'],
  encapsulation: (tunnelPacket) => gueTunnel(tunnelPacket, true),
});

const FLOWS = 32;

const gueSourcePort = packetCase({
  name: 'outer/gue-source-port',
  title: 'A GUE tunnel’s source port tells flows apart',
  requirement:
    'All packets of a flow leave with one outer source port of the local range (32768 to 60999), different flows mostly with different ones: routers spread flows, and keep each in order.',
  sources: [tunnels('gue source port')],
  modes: TUNNELLING,
  play: async (stage) => {
    await addStandardService(stage, { servers: [{ options: GUE_OPTIONS }] });
    const flows = Array.from({ length: FLOWS }, (_, i) => new ClientFlow(stage, { clientPort: 42_000 + i }));
    await send(
      stage,
      stage.client,
      [0, 1, 2].flatMap((id) => flows.map((flow) => flow.datagram({ id }))),
    );
  },
  check: (seen) => {
    const ports = seen.toServers.map((packet) => get16(packetIn(packet), 20));
    const findings: Finding[] = seen.toServers.flatMap((packet, i) => {
      const port = ports[i] as number;
      if (port < 32_768 || port > 60_999)
        return [findingAbout(packet, `The source port ${port} is out of the local range.`)];
      return port === ports[i % FLOWS] ? [] : [findingAbout(packet, 'A flow’s source port has changed.')];
    });
    const different = new Set(ports).size;
    const first = seen.toServers[0];
    if (different <= FLOWS / 2 && first !== undefined) {
      findings.push(findingAbout(first, `${FLOWS} flows share ${different} source ports.`));
    }
    return outcome(
      ports.length,
      `${counted(ports.length, 'tunnel packet')} of ${FLOWS} flows, with ${different} source ports`,
      expectCount(seen.toServers, 3 * FLOWS, 'tunnel packets'),
      findings,
    );
  },
});

const gueMtu = tooLongCase({
  name: 'mtu/gue-1468',
  title: 'A GUE tunnel tells clients 1468',
  requirement:
    'IP, UDP and GUE headers take 32 bytes of a link’s 1500: that is what a client with DF is told.',
  modes: TUNNELLING,
  mtuBytes: 1468,
  prepare: (stage) => addStandardService(stage, { servers: [{ options: GUE_OPTIONS }] }),
});

export const gueCases: readonly PacketCase[] = [gue, gueChecksum, gueSourcePort, gueMtu];
