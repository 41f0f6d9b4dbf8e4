/** Seventy thousand connections to three hundred servers. */

import { modesWhere } from '../../../lab/modes.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { readConnections, readServers } from '../../kit/ipvsadm-lists.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { article, kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';

const SERVERS = 300;
/** Rounds of the scheduler: more than 65,536 connections in all. */
const ROUNDS = 234;
const CONNECTIONS = SERVERS * ROUNDS;
const CLIENTS = 250;
const BURST = 2_000;
const AFTERWARDS = 500;
const ANOTHER_MS = 1_000;

export const manyConnections: readonly PacketCase[] = [
  packetCase({
    name: 'scale/connections',
    title: '70,200 connections to 300 servers, each kept apart',
    requirement:
      'Connections beyond the 65,536th and servers beyond the 256th are like all others: each connection is listed once, with its own server, each server has its share, packets of a known flow make no new one, and all that are due at the same time expire; the memory that they took beyond what is usual is given back, and those who come afterwards are served like the first.',
    sources: [article('scheduler'), kernel('connections: entry, §3.1'), kernel('connections: expiry, §3.4')],
    // Three hundred servers on three addresses, as ports can be mapped.
    modes: modesWhere(({ rewritesAddresses }) => rewritesAddresses),
    virtualTime: true,
    atScale: true,
    room: 131_072,
    play: async (stage) => {
      const service = await Service.add(stage, { protocol: 'udp', servers: [] });
      const { servers, director, method } = stage;
      const names = Array.from({ length: SERVERS }, (_, i) => `${servers[i % 3]!.address}:${10_000 + i}`);
      await director.rules(...names.map((name) => `-a ${service.key.join(' ')} -r ${name} ${method}`));
      await service.meetServers();
      const clientOf = (i: number) => service.client(Math.floor(i / CLIENTS), 1 + (i % CLIENTS));
      for (let i = 0; i < CONNECTIONS; i++) {
        service.datagram(clientOf(i));
        if (i % BURST === BURST - 1) await stage.settle();
      }
      // Known flows go on, the first ones and the last.
      for (const i of [0, 1, 255, 256, 65_535, 65_536, CONNECTIONS - 1]) service.datagram(clientOf(i));
      await stage.settle();
      const list = readConnections(await director.ipvsadm('-Lnc')).filter(
        ({ virtual }) => virtual === service.address,
      );
      const serverOf = new Map(list.map(({ client, server }) => [client, server]));
      const newestFirst = names.toReversed();
      let misplaced = 0;
      for (let i = 0; i < CONNECTIONS; i++) {
        const { address, port } = clientOf(i);
        if (serverOf.get(`${address}:${port}`) !== newestFirst[i % SERVERS]) misplaced++;
      }
      const loads = readServers(await director.ipvsadm('-Ln', ...service.key));
      // After 300 s, by timers of the kernel's that may be an eighth late.
      await stage.wait(350_000);
      const left = readConnections(await director.ipvsadm('-Lnc')).length;
      const idle = readServers(await director.ipvsadm('-Ln', ...service.key));
      const busy = (of: typeof idle) => of.reduce((sum, { active, inactive }) => sum + active + inactive, 0);
      // Those that come after so many are like the first ones, for whoever takes over too.
      const givenBack = director.kept?.()['bytes given back'];
      await stage.wait(ANOTHER_MS);
      const isOver = director.kept?.()['bytes given back'] === givenBack;
      for (let i = 0; i < AFTERWARDS; i++) {
        service.datagram(clientOf(CONNECTIONS - i));
      }
      await stage.settle();
      const afterwards = [readConnections(await director.ipvsadm('-Lnc')).length];
      director.handOver?.();
      await stage.settle();
      afterwards.push(readConnections(await director.ipvsadm('-Lnc')).length);
      return {
        givenBack: `${givenBack === 0 ? 'none' : 'some'}, ${isOver ? 'once' : 'again and again'}`,
        afterwards: afterwards.join(' '),
        listed: list.length,
        flows: serverOf.size,
        misplaced,
        fairly: loads.filter(({ inactive }) => inactive === ROUNDS).length,
        left: left + busy(idle),
      };
    },
    check: (_seen, { listed, flows, misplaced, fairly, left, givenBack, afterwards }) =>
      outcome(
        listed,
        `${listed} connections to ${SERVERS} servers`,
        expectValues('So many connections are not like few.', {
          'connections listed': [CONNECTIONS, listed],
          'of different clients': [CONNECTIONS, flows],
          'with another server than round robin gives': [0, misplaced],
          'servers with their share': [SERVERS, fairly],
          'connections after five minutes': [0, left],
          'memory given back then': ['some, once', givenBack],
          'connections of those who come afterwards, and for whoever takes over': [
            `${AFTERWARDS} ${AFTERWARDS}`,
            afterwards,
          ],
        }),
      ),
  }),
];
