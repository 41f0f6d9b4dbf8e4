/** NAT: replies reach the director, and end there. */

import { MODES } from '../../../lab/modes.ts';
import { findingAbout } from '../../../scenarios/kit/finding.ts';
import { counted } from '../../../statistics/number-text.ts';
import type { Site } from '../site.ts';
import { SHOWN_PACKETS, type Symptom } from './symptom.ts';

export const ipForward: Symptom = {
  id: 'ip-forward-off',
  find: (site) => {
    if (!MODES[site.mode].repliesPassDirector || site.director.captures.length === 0) return [];
    const isOn = site.director.facts?.settings.get('net.ipv4.ip_forward');
    if (isOn === 1) return [];
    const { arrived, left } = repliesAtDirector(site);
    if (arrived.length === 0 || left > 0) return [];
    return [
      {
        id: 'ip-forward-off',
        host: site.director.host,
        message: `${counted(arrived.length, 'reply', 'replies')} of the real servers reached the director, and none left it: ${
          isOn === 0 ? 'ip_forward is 0' : 'ip_forward is most likely 0'
        }. Requests do not need it; NAT’s replies are forwarded and do.`,
        cure: ['sysctl -w net.ipv4.ip_forward=1'],
        findings: arrived
          .slice(0, SHOWN_PACKETS)
          .map((packet) => findingAbout(packet, 'This reply did not leave the director.')),
      },
    ];
  },
};

function repliesAtDirector({ director, servers, services, vip }: Site) {
  const rips = new Set<number>(servers.map(({ rip }) => rip));
  const packets = director.captures.flatMap((capture) => capture.packets);
  const arrived = packets.filter(
    ({ ip }) =>
      ip?.hasPorts === true &&
      rips.has(ip.source) &&
      services.some(({ protocol, serverPort }) => protocol === ip.protocol && serverPort === ip.sourcePort),
  );
  const clients = new Set(arrived.map(({ ip }) => ip?.destination));
  const left = packets.filter(
    ({ ip }) =>
      ip?.source === vip &&
      clients.has(ip.destination) &&
      services.some(({ protocol, virtualPort }) => protocol === ip.protocol && virtualPort === ip.sourcePort),
  ).length;
  return { arrived, left };
}
