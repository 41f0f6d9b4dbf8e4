/** Services by firewall mark: whatever netfilter marks belongs together, whichever address and port it is for. */

import { ALL_MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { arrivalCase } from '../../kit/arrival-case.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { Journal, judgeArrivals } from '../../kit/journal.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';

const SOURCES = [kernel('input: service look-up, §1.3')];
const MARK = 7;

export const marks: readonly PacketCase[] = [
  arrivalCase(
    {
      name: 'marks/ports',
      title: 'Marked ports are one service',
      requirement:
        'A service by firewall mark takes all packets that carry the mark: its ports share one turn, and each connection reaches its server on the port that it was for.',
      sources: SOURCES,
    },
    { mark: MARK },
    async (journal, service, stage) => {
      for (const port of [80, 443]) await stage.director.mark(stage.vip, MARK, port);
      const ports = [80, 443, 443, 80, 80, 443];
      const clients = ports.map((port, i) => {
        const client = journal.newClient();
        const packet = service.segment(client, 'S', { port });
        journal.expect(packet, ['rs3', 'rs2', 'rs1'][i % 3], 'the marked ports take turns together.', port);
        return client;
      });
      await stage.settle();
      clients.forEach((client, i) => {
        const packet = service.segment(client, 'A', { port: ports[i]! });
        journal.expect(packet, ['rs3', 'rs2', 'rs1'][i % 3], 'the connection began there.', ports[i]);
      });
      const other = service.segment(journal.newClient(), 'S', { port: 8080 });
      journal.expect(other, undefined, 'this port is not marked.');
    },
  ),
  arrivalCase(
    {
      name: 'marks/before-address',
      title: 'A mark takes precedence over address and port',
      requirement:
        'A marked packet belongs to the service by mark, even if a service stands on its address and port.',
      sources: SOURCES,
    },
    { servers: [{ weight: 0 }, {}] },
    async (journal, service, stage) => {
      const { director, servers, method, vip } = stage;
      journal.expect(service.segment(journal.newClient(), 'S'), 'rs2', 'it is not marked.');
      await stage.settle();
      await director.rules(`-A -f ${MARK} -s rr`, `-a -f ${MARK} -r ${servers[2].address} ${method}`);
      journal.expect(service.segment(journal.newClient(), 'S'), 'rs2', 'it is still not marked.');
      await stage.settle();
      await director.mark(vip, MARK, service.port);
      journal.expect(service.segment(journal.newClient(), 'S'), 'rs3', 'it is marked.');
    },
  ),
  packetCase({
    name: 'marks/persistence',
    title: 'All ports of a mark stick together',
    requirement:
      'In a persistent service by firewall mark a client’s connections to all marked ports, TCP and UDP alike, go to one server; the template stands under protocol IP, with the mark for an address.',
    sources: [kernel('connections: persistence, §3.5')],
    modes: ALL_MODES,
    play: async (stage) => {
      await stage.director.mark(stage.vip, MARK);
      const service = await Service.add(stage, { mark: MARK, options: ['-p', '60'] });
      const journal = new Journal(service);
      const why = 'the client sticks to the server of its first connection.';
      for (const [n, port] of [
        [1, 80],
        [2, 443],
        [1, 443],
        [2, 80],
        [1, 22],
      ] as const) {
        journal.expect(
          service.segment(journal.newClient(n), 'S', { port }),
          n === 1 ? 'rs3' : 'rs2',
          why,
          port,
        );
        journal.expect(service.datagram(journal.newClient(n), { port }), n === 1 ? 'rs3' : 'rs2', why, port);
      }
      await stage.settle();
      const list = await service.connections();
      const templates = list
        .filter(({ client }) => client.endsWith(':0'))
        .map(({ protocol, virtual }) => `${protocol} ${virtual}`);
      return { entries: journal.entries, templates };
    },
    check: (seen, { entries, templates }) =>
      outcome(
        entries.length,
        `${counted(entries.length, 'packet')} of two clients`,
        judgeArrivals(seen, entries),
        expectValues('The templates are not the mark’s.', {
          templates: ['IP 0.0.0.7:0, IP 0.0.0.7:0', templates.join(', ')],
        }),
      ),
  }),
];
