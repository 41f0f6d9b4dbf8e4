/** When connections end that began at different moments. */

import { ALL_MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { endpoint } from '../../kit/arrivals.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';

/** Before whole milliseconds of its clock, so that packets reach the director at them: a wire in memory takes 0.05 ms. */
const BEFORE_MS = [0, 0.05, 0.1, 0.15];
/** So many after each of those, of which one ends whenever a timer looks at it. */
const IN_A_ROW = 33;
const APART_MS = 10;
const FLOWS = BEFORE_MS.length * IN_A_ROW;
const TIMEOUT_S = 7;
/** Timers of the kernel’s may be an eighth late. */
const LATE_MS = (TIMEOUT_S * 1000) / 8;

export const expiryMoments: readonly PacketCase[] = [
  packetCase({
    name: 'timeout/any-moment',
    title: 'At whatever moment a connection begins, it ends in time',
    requirement:
      'Flows that begin one after the other are all there until their timeout has passed, and none is there longer than a timer may be late, at whatever moment of the director’s own clock that is.',
    sources: [kernel('connections: expiry, §3.4')],
    modes: ALL_MODES,
    virtualTime: true,
    play: async (stage) => {
      const service = await Service.add(stage, { protocol: 'udp' });
      await stage.director.rules(`--set 0 0 ${TIMEOUT_S}`);
      await service.meetServers();
      const clients = Array.from({ length: FLOWS }, (_, i) => service.client(i));
      for (const [n, before] of BEFORE_MS.entries()) {
        await stage.wait(APART_MS - before);
        for (const client of clients.slice(n * IN_A_ROW, (n + 1) * IN_A_ROW)) {
          service.datagram(client);
          await stage.wait(APART_MS);
        }
        await stage.wait(before);
      }
      const left = async () => (await service.connections()).map(({ client }) => client);
      const lastedMs = BEFORE_MS.length * (IN_A_ROW + 1) * APART_MS;
      await stage.wait(TIMEOUT_S * 1000 - lastedMs - 2);
      const before = await left();
      await stage.wait(lastedMs + LATE_MS);
      const first = clients.map(endpoint);
      return { early: first.filter((client) => !before.includes(client)), late: await left() };
    },
    check: (_seen, { early, late }) =>
      outcome(
        FLOWS,
        counted(FLOWS, 'flow'),
        expectValues('Flows do not end in time.', {
          'ended before their time': ['', early.join(' ')],
          'there afterwards': ['', late.join(' ')],
        }),
      ),
  }),
];
