/** What is done for FTP without looking into it: its two ports. */

import { arrivalCase } from '../../kit/arrival-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';

const INPUT = [kernel('input: scheduling, §1.3')];
const FTP_DATA_PORT = 20;

export const ftp: readonly PacketCase[] = [
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
];
