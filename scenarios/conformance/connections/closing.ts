/** Connections that are over are still known for a while. */

import { arrivalCase } from '../../kit/arrival-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { kernel, rfc } from '../../kit/requirement.ts';

export const closing: readonly PacketCase[] = [
  arrivalCase(
    {
      name: 'connection/after-fin',
      title: 'After the FINs a connection is still known',
      requirement:
        'FINs make a connection inactive but do not end it: late and repeated segments still reach its server while the close goes on.',
      sources: [kernel('states: timeouts, §4.2'), rfc('9293 §3.6')],
    },
    {},
    async (journal, service, stage) => {
      const [client] = await journal.open('rs3', 'round robin.');
      service.reply(2, client!, 'SA');
      await journal.open('rs2', 'round robin.');
      journal.expect(service.segment(client!, 'FA'), 'rs3', 'the client’s FIN.');
      await stage.settle();
      await stage.wait(700);
      journal.expect(service.segment(client!, 'FA'), 'rs3', 'the FIN again: its answer was lost.');
      service.reply(2, client!, 'A');
      service.reply(2, client!, 'FA');
      await stage.settle();
      journal.expect(service.segment(client!, 'A'), 'rs3', 'the last ACK.');
      await stage.settle();
      await stage.wait(100);
      journal.expect(service.segment(client!, 'A'), 'rs3', 'the last ACK once more.');
    },
  ),
  arrivalCase(
    {
      name: 'connection/after-rst',
      title: 'After a RST a connection is still known for a while',
      requirement:
        'A reset connection is kept for 10 s: the RST and what comes after it still reach the server; a new SYN begins anew.',
      sources: [kernel('states: timeouts, §4.2'), kernel('connections: reuse, §3.7')],
    },
    {},
    async (journal, service, stage) => {
      const [client] = await journal.open('rs3', 'round robin.');
      journal.expect(service.segment(client!, 'R'), 'rs3', 'the RST reaches the server.');
      await stage.settle();
      journal.expect(service.segment(client!, 'PA'), 'rs3', 'data after the RST.');
      await stage.settle();
      journal.expect(service.segment(client!, 'S'), 'rs2', 'a new connection on the same ports.');
    },
  ),
];
