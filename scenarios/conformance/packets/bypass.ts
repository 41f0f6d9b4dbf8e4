/** Marked packets for which there is no server: `cache_bypass`. */

import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { endpoint } from '../../kit/arrivals.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { Journal, judgeArrivals } from '../../kit/journal.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';

const MARK = 83;
const TIMEOUT_S = 1;
const USUAL_TIMEOUT_S = 300;
/** A timer may be an eighth late, and more on a busy machine. */
const OVER_MS = 2_200;
/** As a connection without a server is listed. */
const NO_SERVER = '0.0.0.0:0';

export const bypass: readonly PacketCase[] = [
  packetCase({
    name: 'no-server/bypass-goes-on',
    title: 'cache_bypass: what goes past goes on when servers come',
    requirement:
      'With cache_bypass set, a packet for a service by mark that has no server opens a connection to the address that it carries, which ends like any other, and goes on there when servers come, while new ones are balanced; without cache_bypass it is refused, and so is one to an address of the director itself.',
    sources: [kernel('input: no destination, §1.3')],
    // Elsewhere clients reach servers past the director.
    modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
    play: async (stage) => {
      const { director, servers, vip } = stage;
      const service = await Service.add(stage, { mark: MARK, servers: [] });
      const beyond = { address: servers[0].address, port: service.port };
      for (const address of [beyond.address, vip]) await director.mark(address, MARK, service.port);
      const journal = new Journal(service);
      const refused = service.segment(journal.newClient(), 'S', beyond);
      journal.expect(refused, undefined, 'cache_bypass is not set.');
      await stage.settle();
      await director.set('cache_bypass', 1);
      const [tcp, udp] = [journal.newClient(), journal.newClient()];
      const goesOn = (why: string) => {
        journal.expect(service.segment(tcp, 'A', beyond), 'rs1', why, service.port);
        journal.expect(service.datagram(udp, beyond), 'rs1', why, service.port);
      };
      journal.expect(service.segment(tcp, 'S', beyond), 'rs1', 'that is where it goes.', service.port);
      await stage.settle();
      goesOn('it goes on there.');
      journal.expect(service.segment(journal.newClient(), 'S'), undefined, 'the VIP is the director’s own.');
      await stage.settle();
      await director.rules(`--set 0 0 ${TIMEOUT_S}`);
      journal.expect(service.datagram(journal.newClient(), beyond), 'rs1', 'that is where it goes.');
      await stage.settle();
      await stage.wait(OVER_MS);
      // That flow is over.
      const listed = await service.connections();
      await director.rules(`--set 0 0 ${USUAL_TIMEOUT_S}`);
      await service.addServer(1);
      journal.expect(service.segment(journal.newClient(), 'S', beyond), 'rs2', 'there is a server.');
      goesOn('it began before there was a server.');
      await stage.settle();
      await director.set('cache_bypass', 0);
      goesOn('it began when that was allowed.');
      await stage.settle();
      const { totals } = await director.snapshot();
      return {
        entries: journal.entries,
        listed,
        flows: [tcp, udp].map(endpoint),
        to: endpoint(beyond),
        totals,
      };
    },
    check: (seen, { entries, listed, flows, to, totals }) =>
      outcome(
        entries.length,
        `${counted(entries.length, 'packet')} marked for a service without servers, or with one`,
        judgeArrivals(seen, entries),
        expectValues('The connections are not as they should be.', {
          connections: [
            flows
              .map((from) => `${from} ${to} ${NO_SERVER}`)
              .toSorted()
              .join(', '),
            listed
              .map(({ client, virtual, server }) => `${client} ${virtual} ${server}`)
              .toSorted()
              .join(', '),
          ],
          'connections counted, the balanced one alone': [1, totals.connections],
          'packets counted, its own alone': [1, totals.inPackets],
        }),
      ),
  }),
];
