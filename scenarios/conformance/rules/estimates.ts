/** Counters and rates are shown as last estimated. */

import { ALL_MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';
import { countersOf } from './shown-counters.ts';

export const estimates: readonly PacketCase[] = [
  packetCase({
    name: 'counters/rate',
    title: 'Rates rise and fall by a quarter every two seconds',
    requirement:
      'ipvsadm --rate shows moving averages: every two seconds the shown rate moves a quarter of the way to what has been measured since, so that a burst fades instead of vanishing.',
    sources: [kernel('statistics: estimator, §8')],
    modes: ALL_MODES,
    virtualTime: true,
    play: async (stage) => {
      const service = await Service.add(stage, { servers: [{}] });
      await service.meetServers();
      // Estimates are made every two seconds since the start, and by a kernel a little later each time: looks lie between them.
      await stage.wait(1_000);
      const client = service.client();
      service.segment(client, 'S');
      for (let i = 1; i < 200; i++) service.segment(client, 'PA');
      await stage.settle();
      const rates: number[][] = [];
      for (let i = 0; i < 8; i++) {
        await stage.wait(2_000);
        const list = await stage.director.ipvsadm('-Ln', '--rate', ...service.key);
        const row = list.split('\n').find((line) => line.startsWith('TCP')) ?? '';
        rates.push(row.trim().split(/\s+/).slice(2).map(Number));
      }
      return { rates, bytes: 40 + 199 * 45 };
    },
    check: (_seen, { rates, bytes }) => {
      // A burst of 200 packets within one period, in the estimator's own fixed-point numbers.
      let packets = (200 << 9) >> 2;
      let inBytes = (bytes << 4) >> 2;
      return outcome(
        rates.length,
        `${counted(rates.length, 'look')} at the rates, two seconds apart`,
        rates.flatMap(([, inPps, , inBps], i) => {
          const findings = expectValues(`Two-second period ${i + 1} after a burst of 200 packets.`, {
            InPPS: [(packets + 511) >> 10, inPps],
            InBPS: [(inBytes + 15) >> 5, inBps],
          });
          packets += (0 - packets) >> 2;
          inBytes += (0 - inBytes) >> 2;
          return findings;
        }),
      );
    },
  }),
  packetCase({
    name: 'counters/frozen',
    title: 'run_estimation=0: counters stand still',
    requirement:
      'Without estimation the shown counters stay as they are while packets pass, and catch up when it is switched on again.',
    sources: [kernel('settings: run_estimation, §6')],
    modes: ALL_MODES,
    virtualTime: true,
    play: async (stage) => {
      const service = await Service.add(stage, { servers: [{}] });
      const shown: (number | undefined)[] = [];
      const look = async () => shown.push((await countersOf(service)).get(service.address)?.inPackets);
      service.open(service.client());
      await look();
      await stage.director.set('run_estimation', 0);
      service.segment(service.client(), 'PA');
      await look();
      await stage.director.set('run_estimation', 1);
      await look();
      return shown;
    },
    check: (_seen, [before, frozen, after]) =>
      outcome(
        3,
        'three looks at the counters',
        expectValues('The shown counters do not stand still and catch up as they should.', {
          'after two packets': [2, before],
          'after a third one, frozen': [2, frozen],
          'estimated again': [3, after],
        }),
      ),
  }),
];
