/** First packets of all lengths. */

import { hex, ipPacket, SCTP, TCP, UDP } from '../../../lab/frames/index.ts';
import { ALL_MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectNothing, expectValues, outcome } from '../../kit/expecting/expect.ts';
import { packetCase } from '../../kit/packet-case.ts';
import { kernel, rfc } from '../../kit/requirement.ts';
import { Flow } from '../../kit/sending/flow.ts';
import { send } from '../../kit/sending/send.ts';
import { Service } from '../../kit/service.ts';
import { chunks } from '../connections/sctp-events.ts';

const CLIENT_PORT = 30_000;

/** Bytes without which it cannot be told what a packet is. */
const LEAST_BYTES = { [TCP]: 20, [UDP]: 8, [SCTP]: 16 } as const;
const PORTS_BYTES = 4;
const MOST_BYTES = 24;

export const anyLength = packetCase({
  name: 'request/any-length',
  title: 'What opens a connection has a whole header',
  requirement:
    'A first packet is forwarded if it holds the whole header of TCP or UDP, of SCTP that of the first chunk too; of any length below it that holds the ports it is dropped, and no error is sent.',
  sources: [kernel('scheduling: header not readable, §1.3'), rfc('9293 §3.1'), rfc('768'), rfc('9260 §3')],
  modes: ALL_MODES,
  play: async (stage) => {
    const services = [
      { protocol: 'tcp', number: TCP },
      { protocol: 'udp', number: UDP },
      { protocol: 'sctp', number: SCTP },
    ] as const;
    const sent: { readonly packet: Uint8Array; readonly isWhole: boolean }[] = [];
    for (const { protocol, number } of services) {
      const service = await Service.add(stage, { protocol, servers: [{}] });
      for (let length = PORTS_BYTES; length <= MOST_BYTES; length++) {
        const ends = { source: stage.clientAddress(1 + length), destination: stage.vip };
        const flow = new Flow({ ...ends, sourcePort: CLIENT_PORT, destinationPort: service.port });
        const whole = { tcp: flow.syn(), udp: flow.datagram(), sctp: flow.sctp(chunks('i')) }[protocol];
        const packet = ipPacket({ ...ends, id: 100 + length }, number, whole.slice(20, 20 + length));
        sent.push({ packet, isWhole: length >= LEAST_BYTES[number] });
      }
    }
    await send(
      stage,
      stage.client,
      sent.map(({ packet }) => packet),
    );
    return sent;
  },
  check: (seen, sent) => {
    const identity = (packet: Uint8Array) => hex(packet.slice(4, 6)) + packet[9];
    const arrived = seen.toServers.map(({ payload, bytes }) => identity(bytes.slice(payload?.at)));
    const whole = sent.filter(({ isWhole }) => isWhole).map(({ packet }) => identity(packet));
    return outcome(
      sent.length,
      `${counted(sent.length, 'packet')} of ${PORTS_BYTES} to ${MOST_BYTES} bytes behind the IP header`,
      expectValues('Not those packets were forwarded that should have been.', {
        'identifications and protocols': [whole.toSorted().join(' '), arrived.toSorted().join(' ')],
      }),
      expectNothing(seen.toClients, 'A packet without a whole header was answered.'),
    );
  },
});
