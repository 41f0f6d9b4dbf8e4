/** What opens a connection: a SYN, and what else may with some settings. */

import { arrivalCase } from '../../kit/arrival-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { kernel, rfc } from '../../kit/requirement.ts';

const INPUT = [kernel('input: scheduling, §1.3')];

export const opening: readonly PacketCase[] = [
  arrivalCase(
    {
      name: 'connection/retransmitted-syn',
      title: 'A SYN that is sent again is no new connection',
      requirement:
        'A SYN on the ports of a half-open or established connection goes where that connection goes and takes no turn.',
      sources: [kernel('connections: reuse, §3.7'), rfc('9293 §3.8.1')],
    },
    {},
    async (journal, service, stage) => {
      const client = journal.newClient();
      for (let i = 0; i < 3; i++) {
        journal.expect(service.segment(client, 'S'), 'rs3', 'it is the same half-open connection.');
        await stage.settle();
      }
      service.segment(client, 'A');
      journal.expect(service.segment(client, 'S'), 'rs3', 'it is the same established connection.');
      await stage.settle();
      await journal.open('rs2 rs1 rs3', 'only one turn was taken before.');
    },
  ),
  arrivalCase(
    {
      name: 'connection/stray',
      title: 'Only a SYN opens a TCP connection',
      requirement:
        'A segment without SYN that belongs to no connection is not scheduled but left to the director’s own stack, and neither is a RST, even one with a SYN; none of them takes a turn.',
      sources: [kernel('input: scheduling, §1.3')],
    },
    {},
    async (journal, service) => {
      for (const flags of ['A', 'PA', 'FA', 'N', 'R', 'RA', 'SR', 'F']) {
        const packet = service.segment(journal.newClient(), flags);
        journal.expect(packet, undefined, `a segment with ${flags} opens no connection.`);
      }
      await journal.open('rs3 rs2', 'nobody took a turn before.');
    },
  ),
  arrivalCase(
    {
      name: 'connection/odd-syn',
      title: 'SYN with ACK or FIN opens one too',
      requirement: 'Whatever else a segment with SYN carries, short of RST, it opens a connection.',
      sources: [kernel('on the wire: SYN+ACK and SYN+FIN, §14.1')],
    },
    {},
    async (journal, service) => {
      journal.expect(service.segment(journal.newClient(), 'SA'), 'rs3', 'SYN and ACK open a connection.');
      journal.expect(service.segment(journal.newClient(), 'SF'), 'rs2', 'SYN and FIN open a connection.');
      journal.expect(service.segment(journal.newClient(), 'SPA'), 'rs1', 'SYN, PSH and ACK open one.');
    },
  ),
  arrivalCase(
    {
      name: 'sloppy-tcp/admits',
      title: 'sloppy_tcp: a director that took over lets connections go on',
      requirement:
        'With sloppy_tcp set, any segment without RST opens a connection, so that a director that knows nothing yet can take over from another; without it none does but a SYN.',
      sources: INPUT,
    },
    {},
    async (journal, service, stage) => {
      journal.expect(service.segment(journal.newClient(), 'PA'), undefined, 'sloppy_tcp is off.');
      await stage.settle();
      await stage.director.set('sloppy_tcp', 1);
      const flags = ['A', 'PA', 'FA', 'N', 'S', 'SA'];
      flags.forEach((one, i) => {
        const server = ['rs3', 'rs2', 'rs1'][i % 3];
        journal.expect(service.segment(journal.newClient(), one), server, `${one} opens a connection.`);
      });
      for (const one of ['R', 'RA', 'SR']) {
        journal.expect(service.segment(journal.newClient(), one), undefined, 'RST opens nothing.');
      }
      await stage.settle();
      journal.expect(service.segment(journal.newClient(), 'A'), 'rs3', 'RST took no turn.');
    },
  ),
  arrivalCase(
    {
      name: 'drop-packet/tenth',
      title: 'drop_packet: every tenth new connection is turned away',
      requirement:
        'With drop_packet=3 the first and then every tenth packet that would open a connection is dropped, without a turn taken; packets of connections that exist pass.',
      sources: [kernel('defence strategies, §10.2')],
    },
    { protocol: 'udp' },
    async (journal, service, stage) => {
      const [old] = await journal.open('rs3', 'round robin.');
      await stage.director.set('drop_packet', 3);
      let turn = 1;
      for (let i = 0; i < 31; i++) {
        const isDropped = i % 10 === 0;
        const server = isDropped ? undefined : ['rs3', 'rs2', 'rs1'][turn++ % 3];
        const why = isDropped ? 'the first and every tenth one is dropped.' : 'the others take turns.';
        journal.expect(service.datagram(journal.newClient()), server, why);
        journal.expect(service.datagram(old!), 'rs3', 'this flow exists.');
      }
      await stage.settle();
      await stage.director.set('drop_packet', 0);
      journal.expect(
        service.datagram(journal.newClient()),
        ['rs3', 'rs2', 'rs1'][turn % 3],
        'the defence is off.',
      );
    },
  ),
];
