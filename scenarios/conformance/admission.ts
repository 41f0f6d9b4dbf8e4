/** What may open a connection, besides a SYN: exceptions, settings and defences. */
import type { PacketCase } from '../../harness/packets/packet-case.ts';
import { kernel } from '../../harness/requirement.ts';
import { arrivalCase } from '../play/cases.ts';

const INPUT = [kernel('input: scheduling, §1.3')];
const FTP_DATA_PORT = 20;

export const admission: readonly PacketCase[] = [
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
      name: 'source-port/ftp-data',
      title: 'Source port 20 is never scheduled',
      requirement:
        'A SYN or datagram that comes from port 20, from which FTP servers open data connections, is left to the director’s own stack whatever service it is for.',
      sources: INPUT,
    },
    {},
    async (journal, service, stage) => {
      const from = (port: number) => ({ address: stage.clientAddress(3), port });
      journal.expect(service.segment(from(FTP_DATA_PORT), 'S'), undefined, 'it comes from port 20.');
      journal.expect(service.segment(from(FTP_DATA_PORT + 1), 'S'), 'rs3', 'it comes from port 21.');
      journal.expect(service.segment(from(FTP_DATA_PORT - 1), 'S'), 'rs2', 'it comes from port 19.');
    },
  ),
  arrivalCase(
    {
      name: 'source-port/ftp-data-udp',
      title: 'Source port 20 is never scheduled, not in UDP either',
      requirement: 'The rule about source port 20 asks for no protocol: it holds for UDP as well.',
      sources: INPUT,
    },
    { protocol: 'udp' },
    async (journal, service, stage) => {
      const from = (port: number) => ({ address: stage.clientAddress(3), port });
      journal.expect(service.datagram(from(FTP_DATA_PORT)), undefined, 'it comes from port 20.');
      journal.expect(service.datagram(from(FTP_DATA_PORT + 1)), 'rs3', 'it comes from port 21.');
    },
  ),
  arrivalCase(
    {
      name: 'ftp/passive-data',
      title: 'A persistent FTP service takes passive data connections',
      requirement:
        'Where a persistent service stands on port 21, a client’s connections to high ports of the VIP go to the server that its control connection is on, each to the port that it is for.',
      sources: [kernel('input: service look-up, §1.3'), kernel('connections: persistence, §3.5')],
    },
    { port: 21, options: ['-p', '60'] },
    async (journal, service, stage) => {
      const connect = (n: number, port: number, server: string | undefined, why: string) => {
        journal.expect(service.segment(journal.newClient(n), 'S', { port }), server, why, port);
      };
      connect(1, 21, 'rs3', 'a control connection.');
      connect(2, 21, 'rs2', 'a control connection.');
      await stage.settle();
      connect(1, 50_021, 'rs3', 'the client’s control connection is there.');
      connect(2, 1024, 'rs2', 'the client’s control connection is there.');
      connect(1, 20, 'rs3', 'the data port belongs to FTP too.');
      connect(1, 1023, undefined, 'ports below 1024 are no passive data ports.');
      connect(1, 80, undefined, 'no service stands here.');
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
