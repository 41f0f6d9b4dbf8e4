/** What the director has learned of the network, and for how long it goes by it. */

import { FRAGMENTATION_NEEDED, UNREACHABLE } from '../../../lab/frames/index.ts';
import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectCount, expectValues, outcome } from '../../kit/expecting/expect.ts';
import { forwardedRequest } from '../../kit/expecting/forwarded.ts';
import { errorQuoting } from '../../kit/expecting/icmp-messages.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel, rfc } from '../../kit/requirement.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow } from '../../kit/sending/standard-flows.ts';
import { addStandardService } from '../../kit/standard-service.ts';
import { arpOf } from './arp.ts';
import { packetsOf, TUNNEL_MTU_BYTES } from './mtu.ts';

const REPORTED_BYTES = 1300;
const SMALLER_BYTES = 1000;
const OUTER_BYTES = 20;
/** net.ipv4.route.mtu_expires */
const BELIEVED_MS = 600_000;
const MARGIN_MS = 5_000;

const pathMtu = packetCase({
  name: 'icmp/tunnel-mtu-expires',
  title: 'A path’s MTU is believed for ten minutes',
  requirement:
    'What a router told of the path to a server holds for ten minutes from the last report of a smaller one, and a larger one is not believed meanwhile; after that large packets with DF are sent into the tunnel again, until somebody complains anew.',
  sources: [rfc('1191 §6.3'), kernel('ICMP about our own tunnel packets, §5.8')],
  modes: modesWhere(({ encapsulates }) => encapsulates),
  virtualTime: true,
  play: async (stage) => {
    await addStandardService(stage);
    const flow = new ClientFlow(stage);
    const first = flow.syn({ dontFragment: true });
    await send(stage, stage.client, [first, flow.segment()]);
    const quoted = forwardedRequest(stage, flow.arrived(first));
    const report = async (rest: number) => {
      const kind = { type: UNREACHABLE, code: FRAGMENTATION_NEEDED, rest };
      const ends = { source: '192.0.2.33', destination: stage.dip };
      await send(stage, stage.servers[0], [errorQuoting(ends, kind, quoted)]);
    };
    /** How many of two packets of this length go into the tunnel. */
    const passing = async (bytes: number) => {
      const before = stage.servers[0].inbox.length;
      await send(stage, stage.client, packetsOf(flow, bytes, { dontFragment: true }));
      return stage.servers[0].inbox.length - before;
    };
    await report(REPORTED_BYTES);
    await stage.wait(BELIEVED_MS / 2);
    await report(SMALLER_BYTES);
    await report(REPORTED_BYTES);
    const told = SMALLER_BYTES - OUTER_BYTES;
    const at = [await passing(told), await passing(told + 1)];
    await stage.wait(BELIEVED_MS - MARGIN_MS);
    const still = [await passing(told), await passing(told + 1)];
    await stage.wait(2 * MARGIN_MS);
    const after = [await passing(told), await passing(TUNNEL_MTU_BYTES)];
    return { at: at.join(' '), still: still.join(' '), after: after.join(' ') };
  },
  check: (_seen, { at, still, after }) =>
    outcome(
      12,
      '12 packets before and after ten minutes',
      expectValues(
        'Other packets go into the tunnel than should: of two that fit the path, and of two larger ones.',
        {
          'after the reports': ['2 0', at],
          'just within ten minutes': ['2 0', still],
          'after ten minutes': ['2 2', after],
        },
      ),
    ),
});

/** The kernel takes between 15 and 45 s for a MAC address to need confirmation, and 5 s to ask for it. */
const IDLE_MS = 60_000;
const ASKED_WITHIN_MS = 8_000;

const confirmed = packetCase({
  name: 'neighbour/unconfirmed',
  title: 'A MAC address that its owner does not confirm is asked of everybody',
  requirement:
    'A server that was quiet for a minute gets the next packet at once, by the MAC address that it had; the director then asks that very station whether it still has the address, not everybody. Where it does not answer, everybody is asked before the next packet is sent.',
  sources: [rfc('1122 §2.3.2.1'), kernel('neighbours: next hop does not answer, §5.1')],
  modes: modesWhere(({ serversOnLink }) => serversOnLink),
  virtualTime: true,
  play: async (stage) => {
    await addStandardService(stage);
    const flow = new ClientFlow(stage);
    await send(stage, stage.client, [flow.datagram({ id: 1 })]);
    await stage.wait(IDLE_MS);
    await send(stage, stage.client, [flow.datagram({ id: 2 })]);
    await stage.wait(ASKED_WITHIN_MS);
    stage.servers[0].silence();
    await stage.wait(IDLE_MS);
    await send(stage, stage.client, [flow.datagram({ id: 3 })]);
    await stage.wait(2 * ASKED_WITHIN_MS);
    const unanswered = stage.servers[0].mac;
    await send(stage, stage.client, [flow.datagram({ id: 4 })]);
    return unanswered;
  },
  check: (seen, mac) => {
    const [server] = seen.topology.realServers;
    const port = seen.topology.hosts.find(({ name }) => name === 'director')?.interfaces.at(-1)?.name ?? '';
    const questions = seen.arp('director', port).filter((packet) => {
      const { operation, targetIp } = arpOf(packet);
      return operation === 'request' && targetIp === server?.rip;
    });
    const asked = questions.map(({ destinationMac }) => (destinationMac === mac ? 'rs1' : 'all'));
    const arrived = seen.toServers.filter(({ destinationMac }) => destinationMac === mac);
    return outcome(
      arrived.length,
      `${counted(arrived.length, 'packet')} to rs1, ${counted(questions.length, 'question')} for its MAC address`,
      expectCount(arrived, 3, 'packets to rs1 while its MAC address is known'),
      expectValues('The MAC address is not asked for as it should be.', {
        'asked, in turn': ['all rs1 rs1 rs1 rs1 all', asked.join(' ')],
      }),
    );
  },
});

export const forgotten: readonly PacketCase[] = [pathMtu, confirmed];
