/** Weight 0: a server that is to be taken out gently. */

import { ALL_MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { arrivalCase } from '../../kit/arrival-case.ts';
import { expectFields, expectValues, outcome } from '../../kit/expecting/expect.ts';
import { Journal, judgeArrivals } from '../../kit/journal.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';

export const weights: readonly PacketCase[] = [
  arrivalCase(
    {
      name: 'weight/quiesced',
      title: 'Weight 0 ends no connection',
      requirement:
        'A server of weight 0 is given no new connections, and those that it has go on; with its weight back it takes part again.',
      sources: [kernel('schedulers: weight 0, §2.1')],
    },
    {},
    async (journal, service, stage) => {
      const [client] = await journal.open('rs3 rs2 rs1', 'round robin.');
      await service.editServer(2, { weight: 0 });
      await journal.open('rs2 rs1 rs2 rs1', 'rs3 has weight 0.');
      for (let i = 0; i < 3; i++) {
        journal.expect(service.segment(client!, 'PA'), 'rs3', 'the connection began before.');
        await stage.settle();
      }
      await service.editServer(2, { weight: 1 });
      await journal.open('rs3 rs2', 'rs3 is back.');
    },
  ),
  arrivalCase(
    {
      name: 'weight/quiesced-udp',
      title: 'Weight 0 ends no UDP flow either',
      requirement: 'Datagrams of a flow that a quiesced server has still go there; new flows do not.',
      sources: [kernel('schedulers: weight 0, §2.1')],
    },
    { protocol: 'udp' },
    async (journal, service, stage) => {
      const [client] = await journal.open('rs3', 'round robin.');
      await service.editServer(2, { weight: 0 });
      await journal.open('rs2 rs1 rs2', 'rs3 has weight 0.');
      journal.expect(service.datagram(client!), 'rs3', 'the flow began before.');
      await stage.settle();
    },
  ),
  packetCase({
    name: 'weight/all-zero',
    title: 'No server left: port unreachable, and existing connections go on',
    requirement:
      'When all servers have weight 0, a new client is told “port unreachable” by the VIP, also in answer to a SYN, while connections that exist go on.',
    sources: [kernel('input: no destination, §1.3')],
    modes: ALL_MODES,
    play: async (stage) => {
      const service = await Service.add(stage);
      const journal = new Journal(service);
      const [old] = await journal.open('rs3', 'round robin.');
      for (const i of [0, 1, 2]) await service.editServer(i, { weight: 0 });
      journal.expect(service.segment(old!, 'PA'), 'rs3', 'the connection began before.');
      const refused = journal.newClient(7);
      journal.expect(service.segment(refused, 'S'), undefined, 'no server may be chosen.');
      await stage.settle();
      return { entries: journal.entries, refused, port: service.port };
    },
    check: (seen, { entries, refused, port }) => {
      const answers = seen.toClients.filter(({ bytes, ip }) => ip?.protocol === 1 && bytes[ip.l4] === 3);
      return outcome(
        entries.length,
        `${counted(entries.length, 'packet')} followed, ${counted(answers.length, 'answer')} of the director`,
        judgeArrivals(seen, entries),
        expectFields(answers[0], 'The client is not told that there is no server.', {
          'IP source': seen.vip,
          'IP destination': refused.address,
          'ICMP type': 3,
          'ICMP code': 3,
          'quoted source port': refused.port,
          'quoted destination port': port,
        }),
        expectValues('The director did not answer exactly once.', { answers: [1, answers.length] }),
      );
    },
  }),
];
