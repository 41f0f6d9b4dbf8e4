/** TUN: a real server cannot take off the outer header, and says so. */
import { PROTOCOL_UNREACHABLE } from '../../../lab/frames/index.ts';
import { nameOf } from '../site.ts';
import { refusalsOf } from '../view/refusals.ts';
import { type Symptom, shown } from './symptom.ts';

export const decapsulation: Symptom = {
  id: 'tun-no-decapsulation',
  occursIn: ({ encapsulates }) => encapsulates,
  isOfTheNetwork: true,
  isLastResort: false,
  leavesUnanswered: true,
  find: (view) =>
    view.site.servers.flatMap((server) => {
      const refusals = refusalsOf(view, server);
      if (refusals.length === 0) return [];
      const isUnknown = refusals.some(({ code }) => code === PROTOCOL_UNREACHABLE);
      return [
        {
          id: 'tun-no-decapsulation',
          host: server.host,
          message: `${nameOf(server)} refuses tunnel packets: ${
            isUnknown
              ? 'its kernel knows nothing of IP in IP (protocol 4)'
              : 'it knows IP in IP, but has no tunnel device that is up'
          }. The requests never reach its server program.`,
          cure: [
            'modprobe ipip',
            `ip link set tunl0 up && ip address add ${view.site.vipText}/32 dev tunl0`,
            'sysctl -w net.ipv4.conf.tunl0.rp_filter=0 net.ipv4.conf.all.rp_filter=0',
          ],
          findings: shown(
            refusals.map(({ packet }) => packet),
            'The server refuses a tunnel packet by ICMP.',
          ),
        },
      ];
    }),
};
