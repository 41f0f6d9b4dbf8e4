/** Upper and lower thresholds: how many connections a server may have. */

import { arrivalCase } from '../../kit/arrival-case.ts';
import type { Journal } from '../../kit/journal.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import type { Service } from '../../kit/service.ts';
import type { Stage } from '../../kit/stage.ts';

const SOURCES = [kernel('schedulers: overload, §2.1')];

/**
 * Gives rs2 four UDP flows, 20 s apart, which is all it may have, and waits until the first one has expired: flows last
 * 300 s, and Linux’s timers may be late.
 */
async function fillWithFlows(journal: Journal, service: Service, stage: Stage): Promise<void> {
  await service.editServer(0, { weight: 0 });
  for (let i = 0; i < 4; i++) {
    await journal.open('rs2', 'rs1 has weight 0.');
    await stage.wait(20_000);
  }
  await service.editServer(0);
  await journal.open('rs1', 'rs2 has four flows: it is full.');
  await stage.wait(300_000 - 80_000 + 17_000 - 1_000);
}

export const thresholds: readonly PacketCase[] = [
  arrivalCase(
    {
      name: 'threshold/upper',
      title: 'A server takes as many connections as its upper threshold allows',
      requirement:
        'A server with upper threshold 3 is full with its third connection: it is passed over from then on, and its connections go on.',
      sources: SOURCES,
    },
    { servers: [{}, {}, { options: ['-x', '3'] }] },
    async (journal, service, stage) => {
      const [client] = await journal.open('rs3 rs2 rs1 rs3 rs2 rs1 rs3', 'round robin.');
      await journal.open('rs2 rs1 rs2 rs1', 'rs3 has three connections, which is all it may have.');
      journal.expect(service.segment(client!, 'PA'), 'rs3', 'the connection began before rs3 was full.');
      await stage.settle();
    },
  ),
  arrivalCase(
    {
      name: 'threshold/closed-count',
      title: 'Closed connections count until they are forgotten',
      requirement:
        'The thresholds compare all connections that are remembered: closing one makes it inactive and no room.',
      sources: SOURCES,
    },
    { servers: [{}, { options: ['-x', '2'] }] },
    async (journal) => {
      const [first] = await journal.open('rs2 rs1 rs2', 'round robin.');
      await journal.close([first!]);
      await journal.open(
        'rs1 rs1',
        'rs2 has one active and one inactive connection: two, which is all it may have.',
      );
    },
  ),
  arrivalCase(
    {
      name: 'threshold/all-full',
      title: 'When all servers are full, none is chosen',
      requirement:
        'Once every server has as many connections as its upper threshold, new clients are refused.',
      sources: SOURCES,
    },
    { servers: [{ options: ['-x', '1'] }, { options: ['-x', '2'] }] },
    async (journal) => {
      await journal.open('rs2 rs1 rs2 none none', 'together they may have three.');
    },
  ),
  arrivalCase(
    {
      name: 'threshold/release',
      title: 'Without a lower threshold a full server waits for three quarters',
      requirement:
        'A server with upper threshold 4 and no lower one that was full takes part again when its connections have gone from three to two: below three quarters.',
      sources: SOURCES,
      virtualTime: true,
    },
    { protocol: 'udp', servers: [{}, { options: ['-x', '4'] }] },
    async (journal, service, stage) => {
      await fillWithFlows(journal, service, stage);
      await journal.open('rs1 rs1', 'rs2 has three flows left, which is not less than three quarters.');
      await stage.wait(20_000);
      await journal.open('rs2', 'rs2 has two flows left: it takes part again.');
    },
  ),
  arrivalCase(
    {
      name: 'threshold/lower',
      title: 'A lower threshold says when a full server is free again',
      requirement:
        'A server with upper threshold 4 and lower threshold 2 that was full takes part again when it has fewer than two connections.',
      sources: SOURCES,
      virtualTime: true,
    },
    { protocol: 'udp', servers: [{}, { options: ['-x', '4', '-y', '2'] }] },
    async (journal, service, stage) => {
      await fillWithFlows(journal, service, stage);
      await journal.open('rs1', 'rs2 has three flows left.');
      await stage.wait(20_000);
      await journal.open('rs1', 'rs2 has two flows left, which is not fewer than two.');
      await stage.wait(20_000);
      await journal.open('rs2', 'rs2 has one flow left: it takes part again.');
    },
  ),
  arrivalCase(
    {
      name: 'threshold/edited',
      title: 'An edited threshold counts at once',
      requirement:
        'Raising the upper threshold above what a server has frees it at once, lowering it to what it has fills it at once, and leaving it out lifts it.',
      sources: SOURCES,
    },
    { servers: [{}, { options: ['-x', '2'] }] },
    async (journal, service) => {
      await journal.open('rs2 rs1 rs2 rs1 rs1', 'rs2 may have two connections.');
      await service.editServer(1, { options: ['-x', '6'] });
      await journal.open('rs2 rs1', 'rs2 may have six now and has two.');
      await service.editServer(1, { options: ['-x', '3'] });
      await journal.open('rs1 rs1', 'rs2 may have three now, which it has.');
      await service.editServer(1);
      await journal.open('rs2 rs1 rs2', 'rs2 has no threshold any more.');
    },
  ),
];
