/** A service without a server that may be given anything. */

import { PORT_UNREACHABLE, pattern, UNREACHABLE } from '../../../lab/frames/index.ts';
import { ALL_MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectNothing, outcome } from '../../kit/expecting/expect.ts';
import { expectErrors } from '../../kit/expecting/forwarded.ts';
import { errorAbout } from '../../kit/expecting/rewritten-packet.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel, type Requirement, rfc } from '../../kit/requirement.ts';
import { TOS_VALUES } from '../../kit/sending/ip-values.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow } from '../../kit/sending/standard-flows.ts';
import type { ServiceSetup } from '../../kit/service.ts';
import { addStandardService } from '../../kit/standard-service.ts';
import { UnjudgedError } from '../../kit/unjudged-error.ts';

interface RefusedCase extends Pick<Requirement, 'name' | 'title' | 'requirement'> {
  readonly service: ServiceSetup;
  /** A packet that opens a connection, of client number `i`: the answers to one client are limited. */
  readonly packet: (flow: ClientFlow, i: number) => Uint8Array;
  readonly clients: number;
}

/** Every packet is answered with “port unreachable” from the VIP. */
function refusedCase({ service, packet, clients, ...words }: RefusedCase): PacketCase {
  return packetCase({
    ...words,
    sources: [rfc('792'), rfc('1812 §4.3.2'), kernel('scheduling: no destination, §1.3')],
    modes: ALL_MODES,
    play: async (stage) => {
      await addStandardService(stage, service);
      const flows = Array.from({ length: clients }, (_, i) => new ClientFlow(stage, { client: 1 + i }));
      const packets = flows.map(packet);
      await send(stage, stage.client, packets);
      return flows.map((flow, i) => flow.arrived(packets[i] as Uint8Array));
    },
    check: (seen, packets) =>
      outcome(
        seen.fromClients.length,
        `${counted(seen.fromClients.length, 'packet')} for which there is no server`,
        expectErrors(
          seen,
          packets.map((about) =>
            errorAbout(about, { source: seen.vip, type: UNREACHABLE, code: PORT_UNREACHABLE }),
          ),
          'the answer that there is no server',
        ),
        expectNothing(seen.toServers, 'A server got a packet that it should not.'),
      ),
  });
}

const either = (flow: ClientFlow, i: number) =>
  i % 2 === 0 ? flow.syn({ id: i }) : flow.datagram({ id: i });

const none = refusedCase({
  name: 'no-server/none',
  title: 'A service without servers answers “port unreachable”, even to a SYN',
  requirement:
    'A service that has no real server answers each new connection with ICMP “port unreachable” from the VIP, TCP as well as UDP: never with a RST, which would come from the director’s own stack.',
  service: { servers: [] },
  packet: either,
  clients: 8,
});

const quiesced = refusedCase({
  name: 'no-server/quiesced',
  title: 'Servers of weight 0 are no servers for new connections',
  requirement:
    'If all real servers of a service have weight 0, a new connection is refused as if there were none: “port unreachable” from the VIP.',
  service: { servers: [{ weight: 0 }, { weight: 0 }, { weight: 0 }] },
  packet: either,
  clients: 8,
});

const quote = refusedCase({
  name: 'no-server/quote',
  title: 'An ICMP error quotes as much as fits into 576 bytes',
  requirement:
    'An error quotes the packet that it is about, header and data, as it came; with its own 28 bytes it is never longer than 576. That is enough for the client to know which of its connections is meant.',
  service: { servers: [] },
  packet: (flow, i) =>
    flow.datagram({ id: i, ttl: 5 + i }, { payload: pattern([0, 1, 519, 520, 521, 1400][i] as number, i) }),
  clients: 6,
});

const tos = refusedCase({
  name: 'no-server/tos',
  title: 'ICMP errors have the precedence of network control',
  requirement:
    'An error is sent with precedence 6 (0xc0) and the type of service of the packet that it is about, without its congestion bit: it must get through where the packet did not.',
  service: { servers: [] },
  packet: (flow, i) => flow.datagram({ tos: TOS_VALUES[i] as number }),
  clients: TOS_VALUES.length,
});

const BURST = 20;
/** As many as the kernel sends to one address at once; one a second after that. */
const ANSWERED = 6;
const REFILLED_AFTER_S = 1;

const limited = packetCase({
  name: 'no-server/limited',
  title: 'One client is told six times, not a thousand',
  requirement:
    'ICMP errors to one address are limited to a burst of six and one a second after that, so that a director without servers is no amplifier; another client is still told.',
  sources: [rfc('1812 §4.3.2.8'), kernel('ICMP errors: limits, §1.3')],
  modes: ALL_MODES,
  play: async (stage) => {
    await addStandardService(stage, { servers: [] });
    const busy = new ClientFlow(stage);
    const other = new ClientFlow(stage, { client: 2 });
    const packets = Array.from({ length: BURST }, (_, i) => busy.datagram({ id: i }));
    await send(stage, stage.client, [...packets, other.syn()]);
    return [...packets.slice(0, ANSWERED).map((packet) => busy.arrived(packet)), other.arrived(other.syn())];
  },
  check: (seen, answered) => {
    const times = [...seen.fromClients, ...seen.toClients].map(({ time }) => time);
    if (Math.max(...times) - Math.min(...times) >= REFILLED_AFTER_S) {
      throw new UnjudgedError(
        `packets and answers took more than ${REFILLED_AFTER_S} s, where they must be one burst: is the machine busy with other things?`,
      );
    }
    return outcome(
      seen.fromClients.length,
      `${counted(seen.fromClients.length, 'packet')} at once, ${counted(seen.toClients.length, 'answer')}`,
      expectErrors(
        seen,
        answered.map((about) =>
          errorAbout(about, { source: seen.vip, type: UNREACHABLE, code: PORT_UNREACHABLE }),
        ),
        'one of the first six answers, or that to another client',
      ),
    );
  },
});

export const noServer: readonly PacketCase[] = [none, quiesced, quote, tos, limited];
