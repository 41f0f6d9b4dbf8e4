/** Locality-based least connections. */

import { arrivalCase } from '../../kit/arrival-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { article, kernel } from '../../kit/requirement.ts';
import { MANY_DESTINATIONS, sequenceCase } from './sequences/sequence-case.ts';

const SOURCES = [article('scheduler'), kernel('schedulers: lblc, §2.15')];
const THREE_OF_TWO = [{ weight: 2 }, { weight: 2 }, { weight: 2 }];

export const lblc: readonly PacketCase[] = [
  sequenceCase(
    {
      name: 'scheduler/lblc/sequence',
      title: 'lblc: an address stays on its server until that is overloaded',
      requirement:
        'Locality-based least connections sends all connections for one destination address to one server, chosen as wlc would, until that one has more active connections than its weight while another has less than half of its own.',
      sources: SOURCES,
    },
    { scheduler: 'lblc', weights: [3, 2, 4], connections: 500, heldAtMost: 14 },
  ),
  arrivalCase(
    {
      name: 'scheduler/lblc/relief',
      title: 'lblc: moves on to an idle server, and stays when nobody is idle',
      requirement:
        'Once the server of an address has more active connections than its weight and another is half idle, locality-based least connections moves the address; where all are busy it stays, however loaded its server is.',
      sources: SOURCES,
    },
    { scheduler: 'lblc', servers: THREE_OF_TWO },
    async (journal) => {
      await journal.open('rs3 rs3 rs3', 'the address is new, all are idle; rs3 is not past its weight.');
      await journal.open('rs2 rs2 rs2', 'rs3 has 3 of weight 2 while others idle.');
      await journal.open('rs1 rs1 rs1', 'rs2 has 3 of weight 2 while rs1 idles.');
      await journal.open('rs1 rs1 rs1', 'rs1 is past its weight, but nobody is half idle.');
    },
  ),
  arrivalCase(
    {
      name: 'scheduler/lblc/quiesced',
      title: 'lblc: a quiesced server loses its addresses',
      requirement:
        'When the server that an address is kept on has weight 0 or is removed, locality-based least connections chooses another one as wlc would, and keeps to that.',
      sources: SOURCES,
    },
    { scheduler: 'lblc', servers: [{ weight: 4 }, { weight: 4 }, { weight: 4 }] },
    async (journal, service) => {
      await journal.open('rs3 rs3', 'rs3 was the first choice.');
      await service.editServer(2, { weight: 0 });
      await journal.open('rs2 rs2', 'rs3 is quiesced.');
      await service.editServer(2, { weight: 4 });
      await journal.open('rs2', 'the address stays on rs2 although rs3 is back.');
      await service.removeServer(1);
      await journal.open('rs1 rs1', 'rs2 is removed; rs1 has no connections.');
    },
  ),
  arrivalCase(
    {
      name: 'scheduler/lblc/quiesced-busy',
      title: 'lblc: a quiesced server loses its addresses even when all are busy',
      requirement:
        'Weight 0 ends the stay of an address on its server at once, also where no other server is half idle.',
      sources: SOURCES,
    },
    {},
    async (journal, service) => {
      await service.edit('-s', 'lblc');
      await journal.open(
        'rs3 rs3 rs2 rs2 rs1 rs1 rs1',
        'each address stays until its server is past its weight.',
      );
      await service.editServer(0, { weight: 0 });
      await journal.open('rs3', 'rs1 is quiesced; the others have two connections each.');
    },
  ),
  arrivalCase(
    {
      name: 'scheduler/lblc/expiration',
      title: 'lblc: an address that nobody asks for is forgotten',
      requirement:
        'Locality-based least connections forgets an address that was not asked for during lblc_expiration, at one of its half-hourly looks; until then it stays where it was, whatever the load.',
      sources: SOURCES,
      virtualTime: true,
    },
    { scheduler: 'lblc', protocol: 'udp' },
    async (journal, _service, stage) => {
      await stage.director.set('lblc_expiration', 300);
      await stage.director.ipvsadm('--set', '0', '0', '90000');
      await journal.open('rs3 rs3', 'the address is new, then it stays.');
      await stage.wait(240_000);
      await journal.open('rs3', 'it was asked for four minutes ago.');
      await stage.wait(2_400_000);
      await journal.open('rs2', 'nobody asked for 40 minutes: chosen anew, and rs3 has three flows.');
    },
  ),
  sequenceCase(
    {
      name: 'scheduler/lblc/by-destination',
      title: 'lblc: each destination address has its server, by load',
      requirement:
        'With a mark over many addresses, locality-based least connections chooses a server for each new address as wlc would, and moves an address only when its server has too much to do while another idles.',
      sources: SOURCES,
    },
    {
      scheduler: 'lblc',
      weights: [6, 3, 9],
      connections: 600,
      heldAtMost: 40,
      destinations: MANY_DESTINATIONS,
    },
  ),
];
