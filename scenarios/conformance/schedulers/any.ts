/** Whom no scheduler may choose: servers of weight 0 and servers that are full. */

import { SCHEDULERS } from '../../../director/index.ts';
import { arrivalCase } from '../../kit/arrival-case.ts';
import type { Journal } from '../../kit/journal.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { article, kernel } from '../../kit/requirement.ts';
import type { Service } from '../../kit/service.ts';
import type { Stage } from '../../kit/stage.ts';
import { schedulerFacts } from '../../models/schedulers.ts';

const SOURCES = [article('scheduler'), kernel('schedulers: common rules, §2.1')];
/** What every director has. */
const USUAL = 'rr';
const SEARCHING = Object.keys(SCHEDULERS).filter((name) => schedulerFacts(name).searches);

/** A service of its own for each scheduler that the director has: rs1 with weight 1, and before it in the list rs2. */
async function addServices(stage: Stage, service: Service, second: string): Promise<Map<string, number>> {
  const { director, vip, servers, method } = stage;
  const own = SEARCHING.filter((name) => name === USUAL || director.offers(`scheduler/${name}`));
  const ports = new Map(own.map((scheduler, i) => [scheduler, service.port + 1 + i]));
  for (const [scheduler, port] of ports) {
    await director.rules(
      `-A -t ${vip}:${port} -s ${scheduler}`,
      `-a -t ${vip}:${port} -r ${servers[0].address}:${port} ${method} -w 1`,
      `-a -t ${vip}:${port} -r ${servers[1].address}:${port} ${method} ${second}`,
    );
  }
  return ports;
}

function connect(journal: Journal, service: Service, port: number, server: string, why: string): void {
  const client = journal.newClient();
  journal.expect(service.segment(client, 'S', { port }), server, why);
  service.segment(client, 'A', { port });
}

export const any: readonly PacketCase[] = [
  arrivalCase(
    {
      name: 'scheduler/any/quiesced',
      title: 'No scheduler chooses a server of weight 0',
      requirement:
        'A server of weight 0 is chosen by none of the schedulers that look for a server, however idle it is and though it is the first in the list.',
      sources: SOURCES,
    },
    {},
    async (journal, service, stage) => {
      for (const [scheduler, port] of await addServices(stage, service, '-w 0')) {
        for (let i = 0; i < 2; i++) {
          connect(journal, service, port, 'rs1', `${scheduler} must not choose rs2, which has weight 0.`);
        }
      }
    },
  ),
  arrivalCase(
    {
      name: 'scheduler/any/full',
      title: 'No scheduler chooses a server that is full',
      requirement:
        'A server at its upper threshold is chosen by none of the schedulers that look for a server, whatever its weight; only lblc goes on sending an address that it keeps there.',
      sources: SOURCES,
    },
    {},
    async (journal, service, stage) => {
      const { director, vip, servers, method } = stage;
      const ports = await addServices(stage, service, '-w 9 -x 1');
      const first = (port: number, weight: number) =>
        director.rules(`-e -t ${vip}:${port} -r ${servers[0].address}:${port} ${method} -w ${weight}`);
      for (const port of ports.values()) await first(port, 0);
      for (const port of ports.values()) connect(journal, service, port, 'rs2', 'rs1 has weight 0.');
      await stage.settle();
      for (const port of ports.values()) await first(port, 1);
      for (const [scheduler, port] of ports) {
        for (let i = 0; i < 2; i++) {
          if (scheduler === 'lblc') connect(journal, service, port, 'rs2', 'lblc keeps the address on rs2.');
          else connect(journal, service, port, 'rs1', `${scheduler} must not choose rs2, which is full.`);
        }
      }
    },
  ),
];
