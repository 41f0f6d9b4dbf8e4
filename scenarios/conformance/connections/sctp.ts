/** SCTP: associations, followed by the first chunk of each packet. */

import { ALL_MODES } from '../../../lab/modes.ts';
import { arrivalCase } from '../../kit/arrival-case.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel, rfc } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';
import { SCTP } from '../../models/sctp-states.ts';
import { driveStates, judgeStates } from './drive-states.ts';
import { chunks, sendChunk } from './sctp-events.ts';

export const sctp: readonly PacketCase[] = [
  packetCase({
    name: 'sctp/states',
    title: 'SCTP associations are followed by chunks',
    requirement:
      'The first chunk of each SCTP packet moves the association on; only an established one counts as active, and it is kept for 15 minutes.',
    sources: [kernel('states: SCTP, §4.4'), rfc('9260 §5.1')],
    modes: ALL_MODES,
    play: async (stage) => {
      const service = await Service.add(stage, { protocol: 'sctp', servers: [{}] });
      return driveStates(service, SCTP, sendChunk);
    },
    check: (seen, run) => judgeStates(seen, run, SCTP),
  }),
  arrivalCase(
    {
      name: 'sctp/opening',
      title: 'Only INIT opens an association',
      requirement:
        'An SCTP packet of no known association is scheduled if its first chunk is INIT; anything else goes to the director’s own stack, unless sloppy_sctp is set, and ABORT opens nothing even then.',
      sources: [kernel('input: scheduling, §1.3')],
    },
    { protocol: 'sctp' },
    async (journal, service, stage) => {
      const send = (event: string, server: string | undefined, why: string) => {
        journal.expect(service.chunk(journal.newClient(), chunks(event)), server, why);
      };
      send('i', 'rs3', 'INIT opens an association.');
      send('ce', undefined, 'COOKIE ECHO of no known association opens nothing.');
      send('d', undefined, 'DATA of no known association opens nothing.');
      send('ab', undefined, 'ABORT opens nothing.');
      send('i', 'rs2', 'the packets before did not take a turn.');
      await stage.settle();
      await stage.director.set('sloppy_sctp', 1);
      send('ab', undefined, 'ABORT opens nothing even with sloppy_sctp.');
      send('d', 'rs1', 'with sloppy_sctp DATA opens an association.');
    },
  ),
  arrivalCase(
    {
      name: 'sctp/bundled-abort',
      title: 'An ABORT behind a COOKIE ECHO counts',
      requirement:
        'Where a COOKIE ECHO is followed by an ABORT in the same packet, the association is closed: a new INIT on its ports is scheduled anew.',
      sources: [kernel('states: SCTP, §4.4'), kernel('connections: reuse, §3.7')],
    },
    { protocol: 'sctp' },
    async (journal, service, stage) => {
      const client = journal.newClient();
      journal.expect(service.chunk(client, chunks('i')), 'rs3', 'INIT opens an association.');
      await stage.settle();
      journal.expect(service.chunk(client, chunks('ce', 'd')), 'rs3', 'the association goes on.');
      journal.expect(service.chunk(client, chunks('i')), 'rs3', 'it is still the same one.');
      await stage.settle();
      journal.expect(service.chunk(client, chunks('ce', 'ab')), 'rs3', 'the ABORT reaches the server.');
      await stage.settle();
      journal.expect(service.chunk(client, chunks('i')), 'rs2', 'the old association is closed: a new one.');
    },
  ),
];
