/** A new SYN on the ports of a connection that is over. */

import { MODES } from '../../../lab/modes.ts';
import { arrivalCase } from '../../kit/arrival-case.ts';
import type { Journal } from '../../kit/journal.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import type { Client, Service } from '../../kit/service.ts';

const SOURCES = [kernel('connections: reuse, §3.7')];

/** A connection on rs3 that both sides have closed, as far as the director sees them. */
async function inTimeWait(journal: Journal, service: Service): Promise<Client> {
  const { stage } = service;
  const client = journal.newClient();
  journal.expect(service.segment(client, 'S'), 'rs3', 'round robin.');
  await stage.settle();
  // A FIN in the half-open state is the way to TIME_WAIT on which every mode sees all.
  journal.expect(service.segment(client, 'FA'), 'rs3', 'the connection began there.');
  await stage.settle();
  return client;
}

/** A connection on rs3 after the first FIN: the client’s, or in NAT the server’s. */
async function inFinWait(journal: Journal, service: Service): Promise<Client> {
  const [client] = await journal.open('rs3', 'round robin.');
  if (MODES[service.stage.mode].repliesPassDirector) service.reply(2, client!, 'FA');
  else service.segment(client!, 'FA');
  await service.stage.settle();
  return client!;
}

export const portReuse: readonly PacketCase[] = [
  arrivalCase(
    {
      name: 'reuse/time-wait',
      title: 'A new SYN in TIME_WAIT is scheduled anew',
      requirement:
        'When a client uses its port again while the old connection is in TIME_WAIT, the old entry is forgotten and the scheduler is asked: the new connection may go to another server.',
      sources: SOURCES,
    },
    {},
    async (journal, service, stage) => {
      const client = await inTimeWait(journal, service);
      journal.expect(service.segment(client, 'S'), 'rs2', 'a new connection: the next in turn.');
      await stage.settle();
      journal.expect(service.segment(client, 'A'), 'rs2', 'it belongs to the new connection.');
    },
  ),
  arrivalCase(
    {
      name: 'reuse/still-counted',
      title: 'The old connection counts until the new one is there',
      requirement:
        'When a port is used again, the old entry’s time is set to end now, but the scheduler decides before that: it still sees the old connection on its server.',
      sources: [kernel('connections: expire now, §3.4'), ...SOURCES],
    },
    { scheduler: 'lc', servers: [{}, {}] },
    async (journal, service, stage) => {
      const client = journal.newClient();
      journal.expect(service.segment(client, 'S'), 'rs2', 'nobody has a connection: the server added last.');
      await stage.settle();
      journal.expect(service.segment(client, 'FA'), 'rs2', 'the connection began there.');
      await stage.settle();
      journal.expect(service.segment(client, 'S'), 'rs1', 'rs2 still has the old connection, rs1 has none.');
      await stage.settle();
      await journal.open('rs2', 'the old connection is gone: rs2 has none.');
    },
  ),
  arrivalCase(
    {
      name: 'reuse/close',
      title: 'A new SYN after a RST is scheduled anew',
      requirement: 'A connection in CLOSE gives way to a new SYN on its ports.',
      sources: SOURCES,
    },
    {},
    async (journal, service, stage) => {
      const [client] = await journal.open('rs3', 'round robin.');
      service.segment(client!, 'R');
      await stage.settle();
      journal.expect(service.segment(client!, 'S'), 'rs2', 'a new connection: the next in turn.');
    },
  ),
  arrivalCase(
    {
      name: 'reuse/fin-wait',
      title: 'A new SYN in FIN_WAIT stays on its server',
      requirement:
        'In FIN_WAIT the old connection is kept, so that in DR and TUN, where a closed connection gets no further than this, a port that is used again within two minutes leads to the same server.',
      sources: SOURCES,
    },
    {},
    async (journal, service, stage) => {
      const client = await inFinWait(journal, service);
      journal.expect(
        service.segment(client, 'S'),
        'rs3',
        'the connection is in FIN_WAIT, which is not over.',
      );
      await stage.settle();
      await journal.open('rs2', 'no turn was taken.');
    },
  ),
  arrivalCase(
    {
      name: 'reuse/mode-2',
      title: 'conn_reuse_mode=2 also ends FIN_WAIT, where replies are not seen',
      requirement:
        'With conn_reuse_mode=2 a new SYN in FIN_WAIT is scheduled anew in DR and TUN; in NAT, where the director would have seen the rest of the close, the connection is kept.',
      sources: SOURCES,
    },
    {},
    async (journal, service, stage) => {
      await stage.director.set('conn_reuse_mode', 2);
      const client = await inFinWait(journal, service);
      if (MODES[stage.mode].repliesPassDirector) {
        journal.expect(service.segment(client, 'S'), 'rs3', 'in NAT FIN_WAIT is not over.');
      } else {
        journal.expect(service.segment(client, 'S'), 'rs2', 'FIN_WAIT is as far as a close gets here.');
      }
    },
  ),
  arrivalCase(
    {
      name: 'reuse/mode-0',
      title: 'conn_reuse_mode=0: the old server keeps the port',
      requirement:
        'With conn_reuse_mode=0 a new SYN always follows the old connection, even in TIME_WAIT or CLOSE.',
      sources: SOURCES,
    },
    {},
    async (journal, service, stage) => {
      await stage.director.set('conn_reuse_mode', 0);
      const client = await inTimeWait(journal, service);
      journal.expect(service.segment(client, 'S'), 'rs3', 'reuse is switched off.');
      await stage.settle();
      service.segment(client, 'A');
      service.segment(client, 'R');
      await stage.settle();
      journal.expect(service.segment(client, 'S'), 'rs3', 'reuse is switched off.');
    },
  ),
  arrivalCase(
    {
      name: 'reuse/persistent',
      title: 'A persistent client’s connection is never scheduled anew',
      requirement:
        'A connection of a persistent service keeps its ports and its server when a new SYN comes, even in TIME_WAIT and although the client would be sent elsewhere by now.',
      sources: SOURCES,
    },
    { options: ['-p', '60'] },
    async (journal, service, stage) => {
      const client = await inTimeWait(journal, service);
      journal.expect(service.segment(client, 'S'), 'rs3', 'it is the same connection.');
      await stage.settle();
      service.segment(client, 'FA');
      await stage.settle();
      await stage.director.set('expire_quiescent_template', 1);
      await service.editServer(2, { weight: 0 });
      journal.expect(
        service.segment(client, 'S'),
        'rs3',
        'it is the same connection, whatever the template.',
      );
      journal.expect(
        journal.openOne(journal.newClient()),
        'rs2',
        'another connection of the client moves on.',
      );
    },
  ),
  arrivalCase(
    {
      name: 'reuse/quiesced',
      title: 'expire_nodest_conn: a new SYN leaves a quiesced server',
      requirement:
        'A new SYN on a living connection to a server of weight 0 stays there, unless expire_nodest_conn is set: then the connection is forgotten and scheduled anew.',
      sources: SOURCES,
    },
    {},
    async (journal, service, stage) => {
      const [client] = await journal.open('rs3', 'round robin.');
      await service.editServer(2, { weight: 0 });
      journal.expect(service.segment(client!, 'S'), 'rs3', 'the connection lives on.');
      await stage.settle();
      await stage.director.set('expire_nodest_conn', 1);
      journal.expect(service.segment(client!, 'PA'), 'rs3', 'only a new connection counts.');
      await stage.settle();
      journal.expect(
        service.segment(client!, 'S'),
        'rs2',
        'rs3 has weight 0, and expire_nodest_conn is set.',
      );
    },
  ),
];
