/** Clients that a hash table may take for one another’s. */

import { modesWhere } from '../../../lab/modes.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { readCounters } from '../../kit/ipvsadm-lists.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';

const CLIENTS = 7_000;
/** An INIT chunk (RFC 9260 §3.3.2). */
const INIT = Uint8Array.of(1, 0, 0, 20, 0, 0, 0, 1, 0, 1, 0, 0, 0, 10, 0, 10, 0, 0, 0, 1);
const AT_ONCE = 1_000;

export const lookAlikes: readonly PacketCase[] = [
  packetCase({
    name: 'scale/look-alikes',
    title: 'What is remembered of 7,000 clients of one protocol is not found for another',
    requirement:
      'Whatever places of a table the entries share, a client’s template of one protocol is never taken for that of another: of seven thousand clients each goes to the server of its own service.',
    sources: [kernel('connections: persistence, §3.5')],
    // Looked up alike in every mode.
    modes: modesWhere(({ rewritesAddresses }) => rewritesAddresses),
    virtualTime: true,
    atScale: true,
    room: 8_192,
    play: async (stage) => {
      const options = ['-p', '1'];
      const tcp = await Service.add(stage, { options, servers: [{}] });
      const udp = await Service.add(stage, {
        protocol: 'udp',
        port: tcp.port,
        options,
        servers: [{ weight: 0 }, {}],
      });
      const sctp = await Service.add(stage, {
        protocol: 'sctp',
        port: tcp.port,
        options,
        servers: [{ weight: 0 }, { weight: 0 }, {}],
      });
      await tcp.meetServers();
      // Only few at a time: the fuller a table, the more places it has.
      for (let first = 0; first < CLIENTS; first += AT_ONCE) {
        const clients = Array.from({ length: AT_ONCE }, (_, i) => ({
          address: `198.18.${(first + i) >> 8}.${(first + i) & 0xff}`,
          port: 20_000,
        }));
        for (const client of clients) tcp.segment(client, 'S');
        for (const client of clients) udp.datagram(client);
        for (const client of clients) sctp.chunk(client, INIT);
        await stage.settle();
        await stage.wait(400_000);
      }
      const conns = async (service: Service, server: number) => {
        const list = await stage.director.ipvsadm('-Ln', '--stats', '--exact', ...service.key);
        return readCounters(list).get(service.serverAddress(server))?.connections;
      };
      return {
        tcp: await conns(tcp, 0),
        udp: await conns(udp, 1),
        sctp: await conns(sctp, 2),
        left: (await tcp.connections()).length,
      };
    },
    check: (_seen, { tcp, udp, sctp, left }) =>
      outcome(
        3 * CLIENTS,
        `${3 * CLIENTS} connections of three protocols`,
        expectValues('A client went to the server of the other service.', {
          'connections of TCP to rs1': [CLIENTS, tcp],
          'connections of UDP to rs2': [CLIENTS, udp],
          'connections of SCTP to rs3': [CLIENTS, sctp],
          'entries left': [0, left],
        }),
      ),
  }),
];
