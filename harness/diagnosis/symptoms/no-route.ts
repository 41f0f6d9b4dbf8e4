/** DR and TUN: a real server has no route to the client. */
import { formatAddress } from '../../../lab/captures/format.ts';
import { routeTo } from '../host-facts.ts';
import { nameOf } from '../site.ts';
import { silentAt } from '../view/silence.ts';
import { type Symptom, shown } from './symptom.ts';

export const noRoute: Symptom = {
  id: 'no-route',
  occursIn: ({ repliesPassDirector }) => !repliesPassDirector,
  isOfTheNetwork: true,
  isLastResort: false,
  leavesUnanswered: true,
  find: (view) =>
    view.site.servers.flatMap((server) => {
      const { facts } = server;
      if (facts === undefined) return [];
      const lost = silentAt(view, server).filter(({ flow }) => routeTo(facts, flow.client) === undefined);
      const [first] = lost;
      if (first === undefined) return [];
      const client = formatAddress(first.flow.client);
      return [
        {
          id: 'no-route',
          host: server.host,
          message: `${nameOf(server)} has no route to the client ${client}, so its replies go nowhere. It must reach clients by a router that is not the director.`,
          cure: [
            `ip route replace default via ${server.gateway ?? 'ROUTER'}   # a router that is not the director`,
          ],
          findings: shown(
            lost.flatMap(({ requests }) => requests),
            'The server has no way to answer this request.',
          ),
        },
      ];
    }),
};
