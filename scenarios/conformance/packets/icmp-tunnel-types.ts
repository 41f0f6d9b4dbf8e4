/** ICMP errors about the director’s own GRE and GUE tunnels. */

import { GRE, IPIP, join, plainChecksum, put16, UDP, UNREACHABLE, u16 } from '../../../lab/frames/index.ts';
import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectCount, outcome } from '../../kit/expecting/expect.ts';
import { expectErrors, forwardedRequest } from '../../kit/expecting/forwarded.ts';
import { errorQuoting } from '../../kit/expecting/icmp-messages.ts';
import {
  type Encapsulation,
  errorAbout,
  GRE_TUNNEL,
  oneHopOn,
} from '../../kit/expecting/rewritten-packet.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel, rfc } from '../../kit/requirement.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow } from '../../kit/sending/standard-flows.ts';
import { addStandardService, serverEndpoint } from '../../kit/standard-service.ts';
import { GUE_PORT } from './tunnel-case.ts';

const HOST_UNREACHABLE = { type: UNREACHABLE, code: 1 };
const IPV4 = 0x0800;
const CHECKSUM_FLAG = 0x8000;

function gueTo(port: number): Encapsulation {
  return {
    protocol: UDP,
    header: (packet) => join(u16(40_000, port, 12 + packet.length, 0), Uint8Array.of(0, IPIP, 0, 0)),
  };
}

const GRE_WITH_CHECKSUM: Encapsulation = {
  protocol: GRE,
  header: (packet) => {
    const header = u16(CHECKSUM_FLAG, IPV4, 0, 0);
    put16(header, 4, plainChecksum(join(header, packet)));
    return header;
  },
};

interface Quoted {
  readonly encapsulation?: Encapsulation;
  /** Whether the server has such a tunnel. */
  readonly isOwn: boolean;
}

function typeCase(
  type: string,
  options: readonly string[],
  what: string,
  quoted: readonly Quoted[],
): PacketCase {
  return packetCase({
    name: `icmp/tunnel-error-${type}`,
    title: `Errors about ${what} are reported to the client`,
    requirement: `An error about a packet in ${what} is told to the client as one about its own packet, whether the tunnel’s header is the shortest or has more fields; one about a tunnel that the server does not have is not the director’s.`,
    sources: [rfc('2003 §4'), kernel('ICMP about our own tunnel packets, §5.8')],
    modes: modesWhere(({ encapsulates }) => encapsulates),
    play: async (stage) => {
      await addStandardService(stage, { servers: [{ options: ['--tun-type', type, ...options] }] });
      const sent = quoted.map((tunnel, i) => {
        // ICMP errors to one client are limited, so each goes to another.
        const flow = new ClientFlow(stage, { client: 1 + i });
        const request =
          i % 2 === 0 ? flow.syn({ dontFragment: true }) : flow.datagram({ dontFragment: true });
        return { ...tunnel, request, arrived: flow.arrived(request) };
      });
      await send(
        stage,
        stage.client,
        sent.map(({ request }) => request),
      );
      const ends = { source: serverEndpoint(stage).address, destination: stage.dip };
      const errors = sent.map(({ arrived, encapsulation }) =>
        errorQuoting(
          ends,
          HOST_UNREACHABLE,
          forwardedRequest(stage, arrived, encapsulation && { encapsulation }),
        ),
      );
      await send(stage, stage.servers[0], errors);
      return { told: sent.filter(({ isOwn }) => isOwn).map(({ arrived }) => arrived), errors: errors.length };
    },
    check: (seen, { told, errors }) =>
      outcome(
        errors,
        `${counted(errors, 'error')} about tunnel packets`,
        expectCount(seen.fromServers, errors, 'errors that reach the director'),
        expectErrors(
          seen,
          told.map((arrived) => errorAbout(oneHopOn(arrived), { source: seen.vip, ...HOST_UNREACHABLE })),
          'the error about the client’s own packet',
        ),
      ),
  });
}

export const icmpTunnelTypes: readonly PacketCase[] = [
  typeCase('gre', [], 'a GRE tunnel', [
    { encapsulation: GRE_TUNNEL, isOwn: true },
    { encapsulation: GRE_TUNNEL, isOwn: true },
    { encapsulation: GRE_WITH_CHECKSUM, isOwn: true },
    { isOwn: false },
    { encapsulation: gueTo(GUE_PORT), isOwn: false },
  ]),
  typeCase('gue', ['--tun-port', String(GUE_PORT)], 'a GUE tunnel', [
    { encapsulation: gueTo(GUE_PORT), isOwn: true },
    { encapsulation: gueTo(GUE_PORT), isOwn: true },
    { encapsulation: gueTo(GUE_PORT + 1), isOwn: false },
    { isOwn: false },
    { encapsulation: GRE_TUNNEL, isOwn: false },
  ]),
];
