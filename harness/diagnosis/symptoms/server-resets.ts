/** A real server accepts connections, and resets them before it has sent a byte. */
import { counted, countedOf } from '../../../statistics/number-text.ts';
import { nameOf } from '../site.ts';
import { isReset, isTcp } from '../view/flow.ts';
import { inEveryMode, type Symptom, shown } from './symptom.ts';

export const serverResets: Symptom = {
  id: 'server-resets',
  occursIn: inEveryMode,
  isOfTheNetwork: false,
  isLastResort: false,
  leavesUnanswered: false,
  find: (view) =>
    view.site.servers.flatMap((server) => {
      const established = view
        .exchangesAt(server)
        .filter(({ flow }) => isTcp(flow) && view.hasProgress(flow));
      const reset = established.filter(
        ({ requests, replies }) =>
          replies.some(isReset) &&
          !requests.some(isReset) &&
          replies.some((packet) => !isReset(packet)) &&
          replies.every(({ payload }) => payload?.tcpPayloadBytes === 0),
      );
      // A program may have its reasons for a few.
      if (reset.length === 0 || reset.length * 2 < established.length) return [];
      return [
        {
          id: 'server-resets',
          host: server.host,
          message: `${nameOf(server)} accepts connections and resets them before it has sent a byte (${countedOf(reset.length, established.length, 'connection')}): its program fails, or refuses these clients.`,
          cure: ['journalctl -u SERVICE   # what does the program say at the times below?'],
          findings: shown(
            reset.flatMap(({ replies }) => replies.filter(isReset)),
            `The server resets a connection of ${counted(established.length, 'established connection')}.`,
          ),
        },
      ];
    }),
};
