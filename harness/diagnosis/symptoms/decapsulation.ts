/** TUN: a real server cannot take off the outer header, and says so. */

import { MODES } from '../../../lab/modes.ts';
import { findingAbout } from '../../../scenarios/kit/finding.ts';
import { PROTOCOL_UNREACHABLE_REFUSAL, refusalsOf } from '../exchange.ts';
import { nameOf } from '../site.ts';
import { SHOWN_PACKETS, type Symptom } from './symptom.ts';

export const decapsulation: Symptom = {
  id: 'tun-no-decapsulation',
  find: (site) => {
    if (!MODES[site.mode].encapsulates) return [];
    return site.servers.flatMap((server) => {
      const refusals = refusalsOf(site, server);
      if (refusals.length === 0) return [];
      const known = refusals.some(({ code }) => code === PROTOCOL_UNREACHABLE_REFUSAL);
      return [
        {
          id: 'tun-no-decapsulation',
          host: server.host,
          message: `${nameOf(server)} refuses tunnel packets: ${
            known
              ? 'its kernel knows nothing of IP in IP (protocol 4)'
              : 'it knows IP in IP, but has no tunnel device that is up'
          }. The requests never reach its server program.`,
          cure: [
            'modprobe ipip',
            `ip link set tunl0 up && ip address add ${site.vipText}/32 dev tunl0`,
            'sysctl -w net.ipv4.conf.tunl0.rp_filter=0 net.ipv4.conf.all.rp_filter=0',
          ],
          findings: refusals
            .slice(0, SHOWN_PACKETS)
            .map(({ packet }) => findingAbout(packet, 'The server refuses a tunnel packet by ICMP.')),
        },
      ];
    });
  },
};
