/** Ten thousand services. */

import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { Journal, judgeArrivals } from '../../kit/journal.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';

const SERVICES = 10_000;
const FIRST_PORT = 50_000;

export const manyServices: readonly PacketCase[] = [
  packetCase({
    name: 'scale/services',
    title: '10,000 services are told apart by protocol and port',
    requirement:
      'Among ten thousand services each packet finds its own, of TCP and of UDP, at whatever port, and where every other one was deleted its packets find none.',
    sources: [kernel('input: service look-up, §1.3'), kernel('ipvsadm: save, §7.3')],
    // Looked up alike in every mode.
    modes: modesWhere(({ rewritesAddresses }) => rewritesAddresses),
    virtualTime: true,
    atScale: true,
    play: async (stage) => {
      const { director, vip, servers, method } = stage;
      const service = await Service.add(stage, { protocol: 'udp', servers: [{}] });
      const udp = service;
      const tcp = await Service.add(stage, { port: service.port, servers: [{}] });
      await service.meetServers();
      const ports = Array.from({ length: SERVICES / 2 }, (_, i) => FIRST_PORT + 3 * i);
      const key = (i: number, option: string) => `${option} ${vip}:${ports[i]}`;
      const addressOf = (i: number, option: string) => servers[(i + (option === '-u' ? 1 : 0)) % 3]!.address;
      const both = ports.flatMap((_, i) => ['-t', '-u'].map((option) => ({ i, option })));
      await director.rules(
        ...both.flatMap(({ i, option }) => [
          `-A ${key(i, option)} -s rr`,
          `-a ${key(i, option)} -r ${addressOf(i, option)}:${ports[i]} ${method}`,
        ]),
      );
      const saved = (await director.ipvsadm('-Sn')).trim().split('\n').length;
      const journal = new Journal(service);
      const tried = [0, 1, 2, 255, 256, 257, 1_023, 4_095, 4_096, ports.length - 1];
      const ask = (i: number, isThere: boolean) => {
        const port = ports[i]!;
        const [forTcp, forUdp] = [`rs${1 + (i % 3)}`, `rs${1 + ((i + 1) % 3)}`];
        const why = isThere ? 'this service has one server.' : 'this service was deleted.';
        journal.expect(tcp.segment(journal.newClient(), 'S', { port }), isThere ? forTcp : undefined, why);
        journal.expect(udp.datagram(journal.newClient(2), { port }), isThere ? forUdp : undefined, why);
        journal.expect(tcp.segment(journal.newClient(3), 'S', { port: port + 1 }), undefined, 'no service.');
      };
      for (const i of tried) ask(i, true);
      await stage.settle();
      // Whose addresses are the machine's own is found out anew where its network has changed.
      await director.setServerSideMtu(1400);
      for (const i of tried) ask(i, true);
      await stage.settle();
      await director.rules(
        ...both.filter(({ i }) => i % 2 === 1).map(({ i, option }) => `-D ${key(i, option)}`),
      );
      for (const i of tried) ask(i, i % 2 === 0);
      await stage.settle();
      await director.ipvsadm('-C');
      return { saved, entries: journal.entries };
    },
    check: (seen, { saved, entries }) =>
      outcome(
        entries.length,
        `${counted(entries.length, 'packet')} among ${SERVICES} services`,
        expectValues('Not every service is saved.', { lines: [2 * SERVICES + 4, saved] }),
        judgeArrivals(seen, entries),
      ),
  }),
];
