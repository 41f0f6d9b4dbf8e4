/** What starts a connection’s time anew, and what changes it. */

import { ALL_MODES, MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { arrivalCase } from '../../kit/arrival-case.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';

const SOURCES = [kernel('states: timeouts, §4.2'), kernel('connections: expiry, §3.4')];

export const timeoutsRestarted: readonly PacketCase[] = [
  arrivalCase(
    {
      name: 'timeout/restarted',
      title: 'Every packet restarts the timeout',
      requirement:
        'A connection’s time runs from its last packet, whichever side sent it: with one every ten minutes it is never forgotten.',
      sources: SOURCES,
      virtualTime: true,
    },
    {},
    async (journal, service, stage) => {
      const [client] = await journal.open('rs3', 'round robin.');
      for (let i = 0; i < 6; i++) {
        await stage.wait(600_000);
        // In DR and TUN what the server says is not seen, so it is the client every time.
        if (MODES[stage.mode].repliesPassDirector && i % 2 === 1) service.reply(2, client!, 'PA');
        else journal.expect(service.segment(client!, 'PA'), 'rs3', 'ten minutes of silence are not 15.');
        await stage.settle();
      }
      await stage.wait(600_000);
      journal.expect(service.segment(client!, 'PA'), 'rs3', 'the last packet was ten minutes ago.');
    },
  ),
  arrivalCase(
    {
      name: 'timeout/restarted-udp',
      title: 'Every datagram restarts a flow’s timeout',
      requirement:
        'A UDP flow stays on its server as long as no five minutes pass without a datagram of either side.',
      sources: SOURCES,
      virtualTime: true,
    },
    { protocol: 'udp' },
    async (journal, service, stage) => {
      const [client] = await journal.open('rs3', 'round robin.');
      for (let i = 0; i < 6; i++) {
        await stage.wait(200_000);
        if (MODES[stage.mode].repliesPassDirector && i % 2 === 1) service.datagramReply(2, client!);
        else journal.expect(service.datagram(client!), 'rs3', '200 s of silence are not 300.');
        await stage.settle();
      }
    },
  ),
  arrivalCase(
    {
      name: 'timeout/set-later',
      title: 'A changed timeout counts from the next packet on',
      requirement:
        'A connection that exists when ipvsadm --set changes its timeout keeps its old time until its next packet.',
      sources: SOURCES,
      virtualTime: true,
    },
    {},
    async (journal, service, stage) => {
      const [idle, busy] = await journal.open('rs3 rs2', 'round robin.');
      await stage.director.ipvsadm('--set', '50', '0', '0');
      journal.expect(service.segment(busy!, 'PA'), 'rs2', 'the connection began there.');
      await stage.settle();
      await stage.wait(60_000);
      journal.expect(service.segment(busy!, 'PA'), undefined, 'its last packet set 50 s, which are over.');
      journal.expect(service.segment(idle!, 'PA'), 'rs3', 'it still has the 900 s from before.');
    },
  ),
  packetCase<readonly string[]>({
    name: 'timeout/set-listed',
    title: 'ipvsadm --set changes what it is told to change',
    requirement:
      'ipvsadm --set takes three numbers, for established connections, FIN_WAIT and UDP; a 0 leaves that one as it was, and --timeout shows all three.',
    sources: [kernel('ipvsadm: grammar, §7.1'), kernel('ipvsadm: listing formats, §7.3')],
    modes: ALL_MODES,
    play: async ({ director }) => {
      const lists = [await director.ipvsadm('-L', '--timeout')];
      for (const values of ['100 0 0', '0 20 0', '0 0 30', '900 120 300']) {
        await director.ipvsadm('--set', ...values.split(' '));
        lists.push(await director.ipvsadm('-L', '--timeout'));
      }
      return lists.map((list) => list.trim());
    },
    check: (_seen, lists) => {
      const expected = ['900 120 300', '100 120 300', '100 20 300', '100 20 30', '900 120 300'];
      return outcome(
        lists.length,
        counted(lists.length, 'list'),
        expected.flatMap((values, i) =>
          expectValues(`List ${i + 1} of ${expected.length} does not show the timeouts.`, {
            list: [`Timeout (tcp tcpfin udp): ${values}`, lists[i]],
          }),
        ),
      );
    },
  }),
  arrivalCase(
    {
      name: 'timeout/short',
      title: 'Flows are forgotten while one watches',
      requirement:
        'With a timeout of two seconds, a UDP flow with a datagram every 0.7 s stays on its server, and one that is silent meanwhile is scheduled anew.',
      sources: SOURCES,
    },
    { protocol: 'udp' },
    async (journal, service, stage) => {
      await stage.director.ipvsadm('--set', '0', '0', '2');
      const [kept, left] = await journal.open('rs3 rs2', 'round robin.');
      for (let i = 0; i < 3; i++) {
        await stage.wait(700);
        journal.expect(service.datagram(kept!), 'rs3', 'its last datagram was 0.7 s ago.');
        await stage.settle();
      }
      await stage.wait(100);
      journal.expect(service.datagram(left!), 'rs1', 'two seconds without a datagram: scheduled anew.');
      await stage.settle();
      await stage.director.ipvsadm('--set', '0', '0', '300');
    },
  ),
];
