/** How large a packet to a server may be: what its route says, and what routers on the way have reported. */

import { FRAGMENTATION_NEEDED, UNREACHABLE } from '../../../lab/frames/index.ts';
import { ALL_MODES, MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectPackets, outcome } from '../../kit/expecting/expect.ts';
import { expectErrors, forwardedRequest, OUTER_ID } from '../../kit/expecting/forwarded.ts';
import { errorQuoting } from '../../kit/expecting/icmp-messages.ts';
import { LINK_MTU_BYTES } from '../../kit/expecting/pieces.ts';
import { tooLongError } from '../../kit/expecting/rewritten-packet.ts';
import { type PacketCase, packetCase, type Seen } from '../../kit/packet-case.ts';
import { kernel, rfc } from '../../kit/requirement.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow } from '../../kit/sending/standard-flows.ts';
import type { Stage, StageRoute } from '../../kit/stage.ts';
import { addStandardService, serverEndpoint } from '../../kit/standard-service.ts';
import { packetsOf, TUNNELLING, transmitters } from './mtu.ts';
import { wayTo } from './routes-by-source.ts';

/** Datagrams with DF that are as long as the MTU of that moment, and others that are a byte longer. */
class Probes {
  readonly #stage: Stage;
  readonly #flow: ClientFlow;
  readonly fitting: Uint8Array[] = [];
  readonly tooLong: { readonly packet: Uint8Array; readonly mtuBytes: number }[] = [];

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#flow = new ClientFlow(stage);
  }

  /** @param linkBytes Of packets as they go to the server: a tunnel’s outer header is a part of them. */
  async expect(linkBytes: number): Promise<void> {
    const mtuBytes = linkBytes - MODES[this.#stage.mode].outerHeaderBytes;
    for (const bytes of [mtuBytes, mtuBytes + 1]) {
      // The client’s own link carries no more.
      if (bytes > LINK_MTU_BYTES) continue;
      const [datagram] = packetsOf(this.#flow, bytes, { dontFragment: true }) as [Uint8Array, Uint8Array];
      await send(this.#stage, this.#stage.client, [datagram]);
      const packet = this.#flow.arrived(datagram);
      if (bytes === mtuBytes) this.fitting.push(packet);
      else this.tooLong.push({ packet, mtuBytes });
    }
  }

  /** A router on the way to the server reports an MTU. What it quotes may be cut, so the client is not told. */
  async report(mtuBytes: number): Promise<void> {
    const stage = this.#stage;
    const packet = this.#flow.datagram({ id: 9 });
    await send(stage, stage.client, [packet]);
    this.fitting.push(this.#flow.arrived(packet));
    const tooLarge = { type: UNREACHABLE, code: FRAGMENTATION_NEEDED, rest: mtuBytes };
    const quoted = forwardedRequest(stage, this.#flow.arrived(packet));
    const ends = { source: '192.0.2.33', destination: stage.dip };
    await send(stage, stage.servers[0], [errorQuoting(ends, tooLarge, quoted)]);
  }
}

function judged(seen: Seen, { fitting, tooLong }: Probes) {
  return outcome(
    fitting.length + tooLong.length,
    `${counted(fitting.length, 'packet')} that fit, ${tooLong.length} a byte longer`,
    expectPackets(
      seen.toServers,
      fitting.map((packet) => forwardedRequest(seen, packet)),
      { what: 'the packet that fits', ignore: OUTER_ID },
    ),
    expectErrors(
      seen,
      tooLong.map(({ packet, mtuBytes }) => tooLongError(packet, seen.vip, mtuBytes)),
      'the answer that the packet is too long',
    ),
  );
}

/** Has the director’s machine have a route to rs1, as far as it says more than the topology does. */
function routeToServer(stage: Stage, route?: StageRoute): Promise<void> {
  return stage.director.setRoute(
    `${serverEndpoint(stage).address}/32`,
    route && { ...wayTo(stage), ...route },
  );
}

const ofRoute = packetCase({
  name: 'mtu/of-route',
  title: 'A route may allow less than its link',
  requirement:
    'Where the route to a server says an MTU, packets with DF that are longer are answered with that, less what a tunnel’s header takes, and those that fit go on; when the route says no more, or what was learned of the path has expired, the link’s MTU counts again.',
  sources: [rfc('1191 §4'), transmitters('MTU of the route')],
  modes: ALL_MODES,
  virtualTime: true,
  play: async (stage) => {
    await addStandardService(stage);
    const probes = new Probes(stage);
    await routeToServer(stage, { mtuBytes: 900 });
    await probes.expect(900);
    await routeToServer(stage, { mtuBytes: 1200, mtuIsLocked: true });
    await probes.expect(1200);
    await routeToServer(stage);
    await probes.expect(LINK_MTU_BYTES);
    await routeToServer(stage, { mtuBytes: 800, forMs: 5_000 });
    await probes.expect(800);
    await stage.wait(4_000);
    await probes.expect(800);
    await stage.wait(1_000);
    await probes.expect(LINK_MTU_BYTES);
    return probes;
  },
  check: judged,
});

/** net.ipv4.route.mtu_expires */
const BELIEVED_MS = 600_000;
/** Longer than packets and looks at what is due take. */
const MARGIN_MS = 1_000;

const ofPath = packetCase({
  name: 'icmp/tunnel-reports',
  title: 'Of what routers on a tunnel’s path report, the least counts, for ten minutes',
  requirement:
    'A path MTU that a router reports is believed for ten minutes after it was reported last. One that is larger than what is known says nothing, nor does one where the route says that its MTU is locked; where the route itself allows less, that counts.',
  sources: [rfc('1191 §6.3'), rfc('2003 §5.1'), kernel('ICMP about our own tunnel packets, §5.8')],
  modes: TUNNELLING,
  virtualTime: true,
  play: async (stage) => {
    await addStandardService(stage);
    const probes = new Probes(stage);
    await probes.report(1501);
    await probes.expect(LINK_MTU_BYTES);
    await probes.report(1300);
    await probes.expect(1300);
    await probes.report(1301);
    await probes.expect(1300);
    await routeToServer(stage, { mtuBytes: 1100 });
    await probes.expect(1100);
    await routeToServer(stage);
    await stage.wait(BELIEVED_MS / 2);
    await probes.report(1300);
    await stage.wait(BELIEVED_MS - MARGIN_MS);
    await probes.expect(1300);
    await stage.wait(2 * MARGIN_MS);
    await probes.expect(LINK_MTU_BYTES);
    await routeToServer(stage, { mtuBytes: 1400, mtuIsLocked: true });
    await probes.report(1200);
    await probes.expect(1400);
    await routeToServer(stage);
    await probes.expect(LINK_MTU_BYTES);
    return probes;
  },
  check: judged,
});

export const pathMtus: readonly PacketCase[] = [ofRoute, ofPath];
