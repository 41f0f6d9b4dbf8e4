/** Packets that are longer than the link to the server and may be cut. */

import { MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectPackets, outcome } from '../../kit/expecting/expect.ts';
import { expectFrames, forwardedRequest, OUTER_ID } from '../../kit/expecting/forwarded.ts';
import { towardsServer } from '../../kit/expecting/next-hop.ts';
import { expectOneIdEach, inPieces, LINK_MTU_BYTES } from '../../kit/expecting/pieces.ts';
import { withoutDontFragment } from '../../kit/expecting/rewritten-packet.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { rfc } from '../../kit/requirement.ts';
import { NO_OPERATION, ROUTER_ALERT, UNKNOWN_OPTION } from '../../kit/sending/ip-values.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow } from '../../kit/sending/standard-flows.ts';
import type { Stage } from '../../kit/stage.ts';
import { addStandardService } from '../../kit/standard-service.ts';
import { packetsOf, REWRITING, SMALL_MTU_BYTES, TUNNEL_MTU_BYTES, TUNNELLING, transmitters } from './mtu.ts';

interface CutCase extends Pick<PacketCase, 'name' | 'title' | 'requirement' | 'modes'> {
  readonly linkMtuBytes: number;
  readonly lengths: readonly number[];
  readonly dontFragment: boolean;
  /** IP options, which come on top of the lengths. */
  readonly options?: readonly number[];
  readonly prepare: (stage: Stage) => Promise<void>;
}

/** Packets that leave in pieces. */
function cutCase({
  linkMtuBytes,
  lengths,
  dontFragment,
  options = [],
  prepare,
  ...words
}: CutCase): PacketCase {
  return packetCase({
    ...words,
    sources: [rfc('791 §3.2'), transmitters('MTU without DF')],
    play: async (stage) => {
      await prepare(stage);
      const flow = new ClientFlow(stage);
      const requests = [
        flow.syn(),
        ...lengths.flatMap((bytes) => packetsOf(flow, bytes, { dontFragment, options })),
      ];
      await send(stage, stage.client, requests);
      return requests.map((packet) => flow.arrived(packet));
    },
    check: (seen, requests) => {
      const { encapsulates } = MODES[seen.mode];
      const wanted = requests.map((packet) => {
        const forwarded = forwardedRequest(seen, packet);
        return inPieces(encapsulates ? withoutDontFragment(forwarded) : forwarded, linkMtuBytes);
      });
      return outcome(
        requests.length,
        `${counted(requests.length, 'packet')}, in ${counted(seen.toServers.length, 'piece')}`,
        expectPackets(seen.toServers, wanted.flat(), {
          what: 'the request’s piece on its way to rs1',
          ignore: encapsulates ? ['IP identification', ...OUTER_ID] : [],
        }),
        encapsulates
          ? expectOneIdEach(
              seen.toServers,
              wanted.map(({ length }) => length),
            )
          : [],
        expectFrames(seen.toServers, towardsServer(seen, 'rs1'), 'The frame does not lead to rs1.'),
      );
    },
  });
}

/** Leaves 681 bytes behind the header: 680 in a piece that is not the last, and up to 681 in one that is. */
const ODD_MTU_BYTES = 701;

const aboveNoDf = cutCase({
  name: 'mtu/above-no-df',
  title: 'A packet without DF is fragmented to fit',
  requirement:
    'A packet that may be cut and is longer than the link to the server leaves in fragments: one identification, offsets in units of eight bytes, “more fragments” in all but the last, and no more of them than needed.',
  modes: REWRITING,
  linkMtuBytes: ODD_MTU_BYTES,
  lengths: [ODD_MTU_BYTES, ODD_MTU_BYTES + 1, 1381, 1382, 1499, 1500],
  dontFragment: false,
  prepare: async (stage) => {
    await stage.director.setServerSideMtu(ODD_MTU_BYTES);
    await addStandardService(stage);
  },
});

const cutOptions = cutCase({
  name: 'mtu/options-cut',
  title: 'Fragmentation copies only the options meant for every fragment',
  requirement:
    'Each IP option says itself whether it belongs to every fragment or to the first alone. Those of the first are blanked out in the others: a route must not be recorded once for each piece.',
  modes: REWRITING,
  linkMtuBytes: SMALL_MTU_BYTES,
  lengths: [SMALL_MTU_BYTES + 1, 1472],
  dontFragment: false,
  options: [...ROUTER_ALERT, ...UNKNOWN_OPTION, NO_OPERATION[0] as number, 0x9e, 3, 0xcd, ...UNKNOWN_OPTION],
  prepare: async (stage) => {
    await stage.director.setServerSideMtu(SMALL_MTU_BYTES);
    await addStandardService(stage);
  },
});

const tunnelNoDf = cutCase({
  name: 'mtu/tunnel-above-no-df',
  title: 'Without DF the tunnel packet is fragmented',
  requirement:
    'A packet without DF that does not fit the tunnel goes into it whole; the packet around it leaves in fragments, which the server puts together before it looks inside.',
  modes: TUNNELLING,
  linkMtuBytes: LINK_MTU_BYTES,
  lengths: [TUNNEL_MTU_BYTES, TUNNEL_MTU_BYTES + 1, 1499, 1500],
  dontFragment: false,
  prepare: (stage) => addStandardService(stage),
});

const pmtuDiscOff = cutCase({
  name: 'mtu/tunnel-pmtu-disc-off',
  title: 'pmtu_disc=0: the tunnel packet is fragmented whatever the client asks',
  requirement:
    'With net.ipv4.vs.pmtu_disc off, clients are told nothing of the tunnel’s limit: the outer header says DF for no packet, and is cut where that is needed. The inner packet keeps its DF.',
  modes: TUNNELLING,
  linkMtuBytes: LINK_MTU_BYTES,
  lengths: [100, TUNNEL_MTU_BYTES, TUNNEL_MTU_BYTES + 1, 1500],
  dontFragment: true,
  prepare: async (stage) => {
    await stage.director.set('pmtu_disc', 0);
    await addStandardService(stage);
  },
});

export const mtuCut: readonly PacketCase[] = [aboveNoDf, cutOptions, tunnelNoDf, pmtuDiscOff];
