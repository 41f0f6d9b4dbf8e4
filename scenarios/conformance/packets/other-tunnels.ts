/** TUN’s other two encapsulations: GRE, and generic UDP encapsulation. */
import { findingAbout } from '../../../harness/finding.ts';
import { expectCount, expectPackets, outcome } from '../../../harness/packets/expect.ts';
import { type PacketCase, packetCase } from '../../../harness/packets/packet-case.ts';
import { kernel, type Requirement, rfc, type Source } from '../../../harness/requirement.ts';
import {
  get16,
  IPIP,
  join,
  plainChecksum,
  put16,
  transportChecksum,
  UDP,
  u16,
} from '../../../lab/frames/index.ts';
import type { Finding } from '../../../reports/result.ts';
import { expectFrames, forwardedRequest, OUTER_ID, packetIn } from './expect-forwarded.ts';
import { Flow, send } from './flow.ts';
import { TTLS } from './ip-variety.ts';
import { tooLongCase } from './mtu.ts';
import { towardsServer } from './next-hop.ts';
import { type Encapsulation, GRE_TUNNEL } from './rewritten-packet.ts';
import { addService } from './service.ts';
import { PAYLOADS } from './transport-variety.ts';

const tunnels = (what: string) => kernel(`TUN: ${what}, §5.4`);
const GUE_PORT = 6080;

interface TunnelCase extends Pick<Requirement, 'name' | 'title' | 'requirement'> {
  readonly sources: readonly Source[];
  /** How the server is added. */
  readonly options: string;
  /** What should be around the packet, given the tunnel packet seen: a GUE tunnel’s source port is the director’s choice. */
  readonly encapsulation: (tunnelPacket: Uint8Array) => Encapsulation;
}

function tunnelCase({ options, encapsulation, ...requirement }: TunnelCase): PacketCase {
  return packetCase({
    ...requirement,
    modes: ['tun'],
    play: async (stage) => {
      await addService(stage, { serverOptions: options });
      const flow = new Flow(stage);
      const requests = [
        flow.syn({ dontFragment: true }),
        ...TTLS.flatMap((ttl) => flow.both({ ttl, tos: ttl, id: ttl })),
        ...PAYLOADS.flatMap((payload) => flow.both({ dontFragment: true }, payload)),
        flow.datagram({}, { checksum: 0 }),
      ];
      await send(stage, stage.client, requests);
      return requests.length;
    },
    check: (seen, sent) => {
      const wanted = seen.fromClients.map((request, i) => {
        const tunnelPacket = seen.toServers[i];
        const around = encapsulation(tunnelPacket === undefined ? NO_PACKET : packetIn(tunnelPacket));
        return forwardedRequest(seen, packetIn(request), { encapsulation: around });
      });
      return outcome(
        seen.toServers.length,
        `${seen.toServers.length} tunnel packets for ${sent} requests`,
        expectCount(seen.fromClients, sent, 'requests that reach the director'),
        expectPackets(seen.toServers, wanted, { what: 'the request in its tunnel', ignore: OUTER_ID }),
        expectFrames(seen.toServers, towardsServer(seen, 'rs1'), 'The frame does not lead to rs1.'),
      );
    },
  });
}

const NO_PACKET = new Uint8Array(40);

const gre = tunnelCase({
  name: 'outer/gre',
  title: 'A GRE tunnel has four bytes more',
  requirement:
    'With --tun-type gre the outer header says protocol 47, and four bytes follow: no flags, no key, no sequence number, and the type of what is inside (0x0800, IPv4).',
  sources: [rfc('2784 §2'), tunnels('gre')],
  options: '--tun-type gre',
  encapsulation: () => GRE_TUNNEL,
});

const GRE_CHECKSUM_FLAG = 0x8000;

const greChecksum = tunnelCase({
  name: 'outer/gre-checksum',
  title: 'A GRE tunnel can have a checksum',
  requirement:
    'With --tun-csum the GRE header says so in its first bit and carries a checksum over itself and all that it wraps, and two bytes of zeros.',
  sources: [rfc('2784 §2.5'), tunnels('gre with checksum')],
  options: '--tun-type gre --tun-csum',
  encapsulation: () => ({
    protocol: GRE_TUNNEL.protocol,
    header: (packet) => {
      const header = u16(GRE_CHECKSUM_FLAG, 0x0800, 0, 0);
      put16(header, 4, plainChecksum(join(header, packet)));
      return header;
    },
  }),
});

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

const gue = tunnelCase({
  name: 'outer/gue',
  title: 'A GUE tunnel looks like UDP',
  requirement:
    'With --tun-type gue the packet travels in a UDP datagram to --tun-port, without a checksum unless asked for, behind four bytes of GUE that say “IPv4 inside”: any router and network card can balance it.',
  sources: [tunnels('gue'), rfc('768')],
  options: `--tun-type gue --tun-port ${GUE_PORT}`,
  encapsulation: (tunnelPacket) => gueTunnel(tunnelPacket, false),
});

const gueChecksum = tunnelCase({
  name: 'outer/gue-checksum',
  title: 'A GUE tunnel can have a UDP checksum',
  requirement:
    'With --tun-csum the outer UDP header carries a checksum over all that it wraps, between the director’s address and the server’s.',
  sources: [tunnels('gue with checksum'), rfc('768')],
  options: `--tun-type gue --tun-port ${GUE_PORT} --tun-csum`,
  encapsulation: (tunnelPacket) => gueTunnel(tunnelPacket, true),
});

const FLOWS = 32;

const gueSourcePort = packetCase({
  name: 'outer/gue-source-port',
  title: 'A GUE tunnel’s source port tells flows apart',
  requirement:
    'All packets of a flow leave with one outer source port of the local range (32768 to 60999), different flows mostly with different ones: routers spread flows, and keep each in order.',
  sources: [tunnels('gue source port')],
  modes: ['tun'],
  play: async (stage) => {
    await addService(stage, { serverOptions: `--tun-type gue --tun-port ${GUE_PORT}` });
    const flows = Array.from({ length: FLOWS }, (_, i) => new Flow(stage, { clientPort: 42_000 + i }));
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
      `${ports.length} tunnel packets of ${FLOWS} flows, with ${different} source ports`,
      expectCount(seen.toServers, 3 * FLOWS, 'tunnel packets'),
      findings,
    );
  },
});

const greMtu = tooLongCase({
  name: 'mtu/gre-1476',
  title: 'A GRE tunnel tells clients 1476',
  requirement: 'IP and GRE headers take 24 bytes of a link’s 1500: that is what a client with DF is told.',
  mode: 'tun',
  mtuBytes: 1476,
  prepare: (stage) => addService(stage, { serverOptions: '--tun-type gre' }),
});

const greChecksumMtu = tooLongCase({
  name: 'mtu/gre-checksum-1472',
  title: 'A GRE tunnel with a checksum tells clients 1472',
  requirement: 'The checksum takes four bytes more, and so the client is told four less.',
  mode: 'tun',
  mtuBytes: 1472,
  prepare: (stage) => addService(stage, { serverOptions: '--tun-type gre --tun-csum' }),
});

const gueMtu = tooLongCase({
  name: 'mtu/gue-1468',
  title: 'A GUE tunnel tells clients 1468',
  requirement:
    'IP, UDP and GUE headers take 32 bytes of a link’s 1500: that is what a client with DF is told.',
  mode: 'tun',
  mtuBytes: 1468,
  prepare: (stage) => addService(stage, { serverOptions: `--tun-type gue --tun-port ${GUE_PORT}` }),
});

export const otherTunnels: readonly PacketCase[] = [
  gre,
  greChecksum,
  gue,
  gueChecksum,
  gueSourcePort,
  greMtu,
  greChecksumMtu,
  gueMtu,
];
