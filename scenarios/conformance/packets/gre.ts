/** TUN by generic routing encapsulation. */

import { join, plainChecksum, put16, u16 } from '../../../lab/frames/index.ts';
import { GRE_TUNNEL } from '../../kit/expecting/rewritten-packet.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { rfc } from '../../kit/requirement.ts';
import { addStandardService } from '../../kit/standard-service.ts';
import { TUNNELLING, tooLongCase } from './mtu.ts';
import { tunnelCase, tunnels } from './tunnel-case.ts';

const GRE_OPTIONS = ['--tun-type', 'gre'];
const GRE_CHECKSUM_OPTIONS = [...GRE_OPTIONS, '--tun-csum'];

const gre = tunnelCase({
  name: 'outer/gre',
  title: 'A GRE tunnel has four bytes more',
  requirement:
    'With --tun-type gre the outer header says protocol 47, and four bytes follow: no flags, no key, no sequence number, and the type of what is inside (0x0800, IPv4).',
  sources: [rfc('2784 §2'), tunnels('gre')],
  options: GRE_OPTIONS,
  encapsulation: () => GRE_TUNNEL,
});

const GRE_CHECKSUM_FLAG = 0x8000;

const greChecksum = tunnelCase({
  name: 'outer/gre-checksum',
  title: 'A GRE tunnel can have a checksum',
  requirement:
    'With --tun-csum the GRE header says so in its first bit and carries a checksum over itself and all that it wraps, and two bytes of zeros.',
  sources: [rfc('2784 §2.5'), tunnels('gre with checksum')],
  options: GRE_CHECKSUM_OPTIONS,
  encapsulation: () => ({
    protocol: GRE_TUNNEL.protocol,
    header: (packet) => {
      const header = u16(GRE_CHECKSUM_FLAG, 0x0800, 0, 0);
      put16(header, 4, plainChecksum(join(header, packet)));
      return header;
    },
  }),
});

const greMtu = tooLongCase({
  name: 'mtu/gre-1476',
  title: 'A GRE tunnel tells clients 1476',
  requirement: 'IP and GRE headers take 24 bytes of a link’s 1500: that is what a client with DF is told.',
  modes: TUNNELLING,
  mtuBytes: 1476,
  prepare: (stage) => addStandardService(stage, { servers: [{ options: GRE_OPTIONS }] }),
});

const greChecksumMtu = tooLongCase({
  name: 'mtu/gre-checksum-1472',
  title: 'A GRE tunnel with a checksum tells clients 1472',
  requirement: 'The checksum takes four bytes more, and so the client is told four less.',
  modes: TUNNELLING,
  mtuBytes: 1472,
  prepare: (stage) => addStandardService(stage, { servers: [{ options: GRE_CHECKSUM_OPTIONS }] }),
});

export const greCases: readonly PacketCase[] = [gre, greChecksum, greMtu, greChecksumMtu];
