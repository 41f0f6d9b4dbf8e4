/** A real server gets the middle of connections that it never saw begin, and answers RST. */

import { findingAbout } from '../../../scenarios/kit/finding.ts';
import { counted } from '../../../statistics/number-text.ts';
import { nameOf } from '../site.ts';
import { isOpening, isReset, isTcp } from '../view/flow.ts';
import { inEveryMode, SHOWN_PACKETS, type Symptom } from './symptom.ts';

export const middleOfConnection: Symptom = {
  id: 'middle-of-connection',
  occursIn: inEveryMode,
  isOfTheNetwork: false,
  isLastResort: false,
  leavesUnanswered: true,
  find: (view) =>
    view.site.servers.flatMap((server) => {
      const moved = view
        .exchangesAt(server)
        .filter(
          ({ flow, requests, replies }) =>
            isTcp(flow) &&
            !requests.some(isOpening) &&
            requests.some((one) => !isReset(one)) &&
            replies.length > 0 &&
            replies.every(isReset),
        );
      if (moved.length === 0) return [];
      return [
        {
          id: 'middle-of-connection',
          host: server.host,
          message: `${nameOf(server)} resets ${counted(moved.length, 'connection')} of which it gets the middle without a beginning: the director forgot the connection (idle for longer than its timeout), or another director took over without its connections.`,
          cure: [
            'ipvsadm --set 7200 120 300   # on the director: longer than the longest silence of a connection',
            'ipvsadm --start-daemon …   # where a second director takes over',
          ],
          findings: moved
            .slice(0, SHOWN_PACKETS)
            .flatMap(({ requests: [request], replies: [reply] }) => [
              ...(request === undefined
                ? []
                : [findingAbout(request, 'A connection’s middle reaches the server.')]),
              ...(reply === undefined ? [] : [findingAbout(reply, 'The server does not know it.')]),
            ]),
        },
      ];
    }),
};
