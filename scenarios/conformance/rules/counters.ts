/** What the director counts. */

import { ICMP } from '../../../lab/frames/index.ts';
import { ALL_MODES, MODES } from '../../../lab/modes.ts';
import { arrivalsOf, byClient, endpoint } from '../../kit/arrivals.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { isOf } from '../../kit/expecting/forwarded.ts';
import type { ListedCounters } from '../../kit/ipvsadm-lists.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow } from '../../kit/sending/standard-flows.ts';
import { type Client, Service } from '../../kit/service.ts';
import { addStandardService } from '../../kit/standard-service.ts';
import { countersOf, expectCounters, NOTHING, sumOf } from './shown-counters.ts';

const SOURCES = [kernel('statistics, §8')];

export const counted: readonly PacketCase[] = [
  packetCase({
    name: 'counters/traffic',
    title: 'Connections, packets and bytes, for each server and for the service',
    requirement:
      'For each server and service the director counts connections, packets and bytes: bytes are those of the IP packet as the client sent it, without frame and without a tunnel’s header; what servers send is counted in NAT alone, where it passes the director.',
    sources: SOURCES,
    modes: ALL_MODES,
    play: async (stage) => {
      const service = await Service.add(stage);
      const expected = new Map<string, ListedCounters>();
      const servers = [2, 1, 0];
      for (let i = 0; i < 7; i++) {
        const client = service.client(i, 1 + (i % 4));
        const server = servers[i % 3]!;
        const sent = [service.segment(client, 'S')];
        await stage.settle();
        const answered = [service.reply(server, client, 'SA')];
        await stage.settle();
        sent.push(service.segment(client, 'A'));
        for (let data = 0; data < i; data++) {
          sent.push(service.segment(client, 'PA'));
          answered.push(service.reply(server, client, 'PA'));
        }
        await stage.settle();
        const address = service.serverAddress(server);
        const isSeen = MODES[stage.mode].repliesPassDirector;
        const bytes = (packets: readonly Uint8Array[]) =>
          packets.reduce((sum, { length }) => sum + length, 0);
        const own: ListedCounters = {
          connections: 1,
          inPackets: sent.length,
          outPackets: isSeen ? answered.length : 0,
          inBytes: bytes(sent),
          outBytes: isSeen ? bytes(answered) : 0,
        };
        expected.set(address, sumOf([expected.get(address) ?? NOTHING, own]));
      }
      return { expected, counted: await countersOf(service), address: service.address };
    },
    check: (_seen, { expected, counted, address }) => {
      const total = sumOf([...expected.values()]);
      return outcome(
        total.inPackets + total.outPackets,
        `${total.connections} connections, ${total.inPackets} packets in, ${total.outPackets} out`,
        [...expected].flatMap(([server, counters]) => expectCounters(server, counters, counted.get(server))),
        expectCounters(`the service ${address}`, total, counted.get(address)),
      );
    },
  }),
  packetCase({
    name: 'counters/not-counted',
    title: 'What belongs to no connection is not counted',
    requirement:
      'A SYN for which there is no server, a segment in the middle of an unknown connection and a packet for another port leave all counters as they are.',
    sources: SOURCES,
    modes: ALL_MODES,
    play: async (stage) => {
      const service = await Service.add(stage, { servers: [{ options: ['-x', '1'] }] });
      service.segment(service.client(0), 'S');
      await stage.settle();
      const strangers: Client[] = [1, 2, 3, 4].map((i) => service.client(i));
      service.segment(strangers[0]!, 'S');
      service.segment(strangers[1]!, 'A');
      service.segment(strangers[2]!, 'R');
      service.segment(strangers[3]!, 'S', { port: service.port + 1 });
      await stage.settle();
      // Asked for as they are now: the list would be up to two seconds behind.
      const { services } = await stage.director.snapshot();
      const counted = services.find(({ address }) => address === service.address);
      return { counted, address: service.address, strangers: strangers.map(endpoint) };
    },
    check: (seen, { counted, address, strangers }) => {
      const arrivals = byClient(arrivalsOf(seen));
      return outcome(
        1 + strangers.length,
        `one connection, and packets that belong to none: ${strangers.length}`,
        expectCounters(
          `the service ${address}`,
          { connections: 1, inPackets: 1, outPackets: 0, inBytes: 40, outBytes: 0 },
          counted,
        ),
        expectValues('A packet that belongs to no connection reached a server.', {
          packets: [0, strangers.flatMap((client) => arrivals.get(client) ?? []).length],
        }),
      );
    },
  }),
  packetCase({
    name: 'counters/own-errors',
    title: 'Errors that the director sends about requests',
    requirement:
      'What the director itself tells a client about a packet of its connection passes IPVS on its way out, which takes it for output of the connection under DR and TUN; under NAT it quotes the packet as no server gets it, and is not counted.',
    sources: SOURCES,
    modes: ALL_MODES,
    play: async (stage) => {
      await addStandardService(stage);
      const flow = new ClientFlow(stage);
      const requests = [flow.syn(), flow.segment({ id: 2, ttl: 1 }), flow.segment({ id: 3, ttl: 1 })];
      await send(stage, stage.client, requests);
      const { totals } = await stage.director.snapshot();
      return { requests, totals };
    },
    check: ({ mode, toClients }, { requests, totals }) => {
      const errors = toClients.filter(isOf(ICMP));
      const output = MODES[mode].rewritesAddresses ? [] : errors;
      return outcome(
        requests.length,
        `requests: ${requests.length}, answers of the director: ${errors.length}`,
        expectValues('The director did not answer what has no hop left.', { errors: [2, errors.length] }),
        expectCounters(
          'the director as a whole',
          {
            connections: 1,
            inPackets: requests.length,
            outPackets: output.length,
            inBytes: requests.reduce((sum, { length }) => sum + length, 0),
            outBytes: output.reduce((sum, { ip }) => sum + (ip?.totalBytes ?? 0), 0),
          },
          totals,
        ),
      );
    },
  }),
  packetCase({
    name: 'counters/zero',
    title: 'ipvsadm -Z starts the counters anew',
    requirement:
      'ipvsadm -Z sets a service’s counters and its servers’ to zero, and leaves connections alone.',
    sources: [kernel('ipvsadm: zero, §7.1'), ...SOURCES],
    modes: ALL_MODES,
    virtualTime: true,
    play: async (stage) => {
      const service = await Service.add(stage, { servers: [{}] });
      service.open(service.client());
      await stage.settle();
      const before = await countersOf(service);
      await stage.director.ipvsadm('-Z', ...service.key);
      const [server] = await service.listedServers();
      service.segment(service.client(), 'PA');
      await stage.settle();
      const after = await countersOf(service);
      return { before, after, server, address: service.address, serverAddress: service.serverAddress(0) };
    },
    check: (_seen, { before, after, server, address, serverAddress }) => {
      const data = { ...NOTHING, inPackets: 1, inBytes: 45 };
      return outcome(
        3,
        'three packets, one of them after -Z',
        expectCounters(
          'before -Z',
          { ...NOTHING, connections: 1, inPackets: 2, inBytes: 80 },
          before.get(address),
        ),
        expectCounters('the service after -Z and one packet', data, after.get(address)),
        expectCounters('the server after -Z and one packet', data, after.get(serverAddress)),
        expectValues('-Z touched the connections.', { ActiveConn: [1, server?.active] }),
      );
    },
  }),
];
