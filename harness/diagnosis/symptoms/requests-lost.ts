/** Requests leave the director for a real server, and its own captures of the same time show nothing of them. */
import { counted } from '../../../statistics/number-text.ts';
import { nameOf, packetsOf, type SiteServer } from '../site.ts';
import type { Flow } from '../view/flow.ts';
import type { SiteView } from '../view/site-view.ts';
import { inEveryMode, type Symptom, shown } from './symptom.ts';

export const requestsLost: Symptom = {
  id: 'requests-lost',
  occursIn: inEveryMode,
  isOfTheNetwork: false,
  isLastResort: false,
  leavesUnanswered: true,
  find: (view) =>
    view.site.servers.flatMap((server) => {
      if (server.captures.length === 0 || view.exchangesAt(server).length > 0) return [];
      const lost = sentTo(view, server).filter(
        (flow) => !view.isAnswered(flow) && !flow.legs.has(server.host),
      );
      const packets = lost
        .flatMap((flow) => view.sentOn(flow))
        .filter(({ time }) => wasCapturing(server, time));
      // One of them may have been on its way as a capture began or ended.
      if (packets.length < 2) return [];
      return [
        {
          id: 'requests-lost',
          host: server.host,
          message: `${counted(packets.length, 'request')} left the director for ${nameOf(server)}, and none arrived there while its capture ran: they get lost between the two, or arrive on an interface that was not captured.`,
          cure: [
            'tcpdump -i any -nn …   # on the server: do they arrive on another interface?',
            `ip neigh show ${server.ripText}   # on the director: is it the server’s MAC address?`,
            '# on the switch: same VLAN on both ports, no filter between them',
          ],
          findings: shown(packets, `This request left the director and did not reach ${server.host}.`),
        },
      ];
    }),
};

function sentTo(view: SiteView, server: SiteServer): Flow[] {
  return view.flows.filter(
    (flow) => view.sentOn(flow).length > 0 && view.serversOf(flow).some(({ rip }) => rip === server.rip),
  );
}

/** By the clocks of both hosts, and with packets of the server’s own before and after. */
function wasCapturing(server: SiteServer, time: number): boolean {
  const packets = packetsOf(server);
  return packets.some((one) => one.time < time) && packets.some((one) => one.time > time);
}
