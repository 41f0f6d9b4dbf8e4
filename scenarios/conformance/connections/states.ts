/** The state that each segment brings a TCP connection to, and whether it counts as active. */

import { ALL_MODES, MODES, modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { endpoint } from '../../kit/arrivals.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel, type Requirement } from '../../kit/requirement.ts';
import { type Client, Service } from '../../kit/service.ts';
import { nextState } from '../../models/state-tables.ts';
import { TCP } from '../../models/tcp-states.ts';
import { driveStates, judgeStates } from './drive-states.ts';
import { eventOf, sendSegment } from './tcp-events.ts';

const SOURCES = [kernel('states: TCP, §4.2'), kernel('states: active and inactive, §4.5')];
/** Modes in which the director sees what servers send. */
const REPLIES_SEEN = modesWhere(({ repliesPassDirector }) => repliesPassDirector);

/** From one state, everything that the client and (NAT) the server can do. */
function fromState(
  state: string,
  words: Omit<Requirement, 'sources' | 'modes'>,
  modes = ALL_MODES,
): PacketCase {
  return packetCase({
    ...words,
    sources: SOURCES,
    modes,
    play: async (stage) => {
      const service = await Service.add(stage, { servers: [{}] });
      return driveStates(service, TCP, sendSegment, [state]);
    },
    check: (seen, run) => judgeStates(seen, run, TCP),
  });
}

export const states: readonly PacketCase[] = [
  packetCase({
    name: 'states/flag-order',
    title: 'Of several flags RST counts first, then SYN, FIN, ACK',
    requirement:
      'A segment moves a connection by the first of RST, SYN, FIN and ACK that it carries: a RST closes whatever comes with it.',
    sources: [kernel('states: TCP, §4.2')],
    modes: ALL_MODES,
    play: async (stage) => {
      const service = await Service.add(stage, { servers: [{}] });
      const segments = ['SR', 'RF', 'RA', 'SFRPA', 'SF', 'SA', 'SFPA', 'F', 'FPA', 'PA', 'P'];
      segments.forEach((_, i) => {
        service.open(service.client(i));
      });
      await stage.settle();
      segments.forEach((flags, i) => {
        service.segment(service.client(i), flags);
      });
      await stage.settle();
      const list = await service.connections();
      const stateOf = (client: Client) => list.find((row) => row.client === endpoint(client))?.state;
      return segments.map((flags, i) => ({ flags, state: stateOf(service.client(i)) }));
    },
    check: (seen, segments) =>
      outcome(
        segments.length,
        `${counted(segments.length, 'established connection')} and a segment for each`,
        segments.flatMap(({ flags, state }) => {
          const step = { side: 'in', event: eventOf(flags) } as const;
          const expected = TCP.facts[nextState(TCP, 'ES', step, MODES[seen.mode].repliesPassDirector)]!.name;
          return expectValues(`A segment with ${flags} does not move an established connection rightly.`, {
            state: [expected, state],
          });
        }),
      ),
  }),
  fromState('SR', {
    name: 'states/syn-received',
    title: 'From SYN_RECV',
    requirement:
      'A half-open connection is kept for 60 s and counts as active; the client’s ACK establishes it, a FIN ends it in TIME_WAIT, and a RST of the client changes nothing while one of the server closes it.',
  }),
  fromState('ES', {
    name: 'states/established',
    title: 'From ESTABLISHED',
    requirement:
      'An established connection is kept for 15 minutes of silence; only a FIN, a RST or a segment without flags changes its state.',
  }),
  fromState('FW', {
    name: 'states/fin-wait',
    title: 'From FIN_WAIT',
    requirement:
      'After the first FIN the connection is inactive and kept for two minutes, time enough for the rest of the close; only in NAT can the director see the other FIN.',
  }),
  fromState('TW', {
    name: 'states/time-wait',
    title: 'From TIME_WAIT',
    requirement:
      'A connection that both sides have closed is kept for two minutes as inactive, a RST of the client closes it for good, and a new SYN begins a new one.',
  }),
  fromState('CL', {
    name: 'states/close',
    title: 'From CLOSE',
    requirement: 'A connection that was reset is forgotten after 10 s; nothing but a SYN brings it back.',
  }),
  fromState(
    'CW',
    {
      name: 'states/close-wait',
      title: 'From CLOSE_WAIT',
      requirement: 'In NAT the client’s FIN leads to CLOSE_WAIT, and the server’s FIN after it to TIME_WAIT.',
    },
    REPLIES_SEEN,
  ),
  fromState(
    'SS',
    {
      name: 'states/syn-sent',
      title: 'From SYN_SENT',
      requirement:
        'A SYN that comes from the server’s side of a closed connection leads to SYN_SENT, which is active again; the client’s SYN establishes it.',
    },
    REPLIES_SEEN,
  ),
];
