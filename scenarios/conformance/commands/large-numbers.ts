/** Counters and rates of any size, as lists show them. */

import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { Dialogue, judgeExchanges } from '../../kit/dialogue.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';
import { ofOneService, TITLES } from './titles.ts';

/** Where another unit begins. */
const EDGES = [1e8, 1e9, 1e11, 1e14];
/** Between two estimates. */
const PERIOD_MS = 2_000;
/** What has passed in two seconds after none had: an eighth of it is the rate that is shown. */
const PASSED = [1, 12_345_678, ...EDGES.flatMap((edge) => [edge - 1, edge]), 123_456_789_012_345].flatMap(
  (value) => [value, 8 * value],
);

/** A number as it stands in a column of nine digits. */
function shortened(value: number): string {
  if (value < 1e8) return String(value).padStart(9);
  if (value < 1e9) return `${Math.floor(value / 1e3)}K`.padStart(9);
  if (value < 1e11) return `${Math.floor(value / 1e6)}M`.padStart(9);
  return (value < 1e14 ? `${Math.floor(value / 1e9)}G` : `${Math.floor(value / 1e12)}T`).padStart(9);
}

function inFull(value: number): string {
  const digits = String(value);
  return digits.length > 8 ? ` ${digits}` : digits.padStart(9);
}

/** Connections and packets are estimated in 1/1024 per second, bytes in 1/32; half of one or less is left out. */
function rateOf(passed: number, scale: 1024n | 32n): number {
  const estimate = (BigInt(passed) * scale) / 8n;
  return Number((estimate + scale / 2n - 1n) / scale);
}

const SPELLED = [
  ['', shortened],
  [' --exact', inFull],
] as const;

export const largeNumbers: readonly PacketCase[] = [
  packetCase({
    name: 'commands/large-numbers',
    title: 'Large counters and rates are shortened to thousands, millions and more',
    requirement:
      'Counters and rates from 100,000,000 on are shown in thousands with a K, from 10^9 in millions (M), from 10^11 in 10^9 (G) and from 10^14 in 10^12 (T), each rounded down; --exact shows every digit, with a blank before those that fill the column; and a server’s packets per second are never shortened.',
    sources: [kernel('ipvsadm: listing formats, §7.3'), kernel('statistics: estimator, §8')],
    // Counted alike in every mode.
    modes: modesWhere(({ rewritesAddresses }) => rewritesAddresses),
    virtualTime: true,
    play: async (stage) => {
      const { director } = stage;
      const service = await Service.add(stage, { servers: [{}] });
      const key = service.key.join(' ');
      const dialogue = new Dialogue(stage);
      const lines = (ofService: readonly string[], ofServer: readonly string[]) => [
        `TCP  ${service.address}`.padEnd(33) + ofService.join(''),
        `  -> ${service.serverAddress(0).padEnd(28)}${ofServer.join('')}`,
      ];
      // Estimates are made every two seconds since the start: looks lie between them.
      await stage.wait(PERIOD_MS / 2);
      const totals: number[] = [];
      for (const [i, value] of PASSED.entries()) {
        const other = PASSED[PASSED.length - 1 - i]!;
        const counters = [0, value, other, other, value];
        const rates = counters.map((passed, column) => rateOf(passed, column < 3 ? 1024n : 32n));
        await dialogue.does(`-Z ${key}`);
        director.forwardPast('servers', value, other);
        director.forwardPast('clients', other, value);
        // What is told at once is up to date; lists are as of the last estimate.
        totals.push((await director.snapshot()).totals.inPackets);
        await stage.wait(PERIOD_MS);
        const packets = rates.slice(0, 3).map((rate) => ` ${String(rate).padStart(8)}`);
        for (const [options, show] of SPELLED) {
          await dialogue.prints(`-Ln --stats${options} ${key}`, [
            ...ofOneService(TITLES.stats),
            ...lines(counters.map(show), counters.map(show)),
          ]);
          await dialogue.prints(`-Ln --rate${options} ${key}`, [
            ...ofOneService(TITLES.rate),
            ...lines(rates.map(show), [...packets, ...rates.slice(3).map(show)]),
          ]);
        }
      }
      return { exchanges: dialogue.exchanges, totals };
    },
    check: (_seen, { exchanges, totals }) => {
      let sum = 0;
      const expected = PASSED.map((value) => (sum += value));
      return outcome(
        exchanges.length,
        `${counted(exchanges.length, 'command')} about numbers up to 10^15`,
        judgeExchanges(exchanges),
        expectValues('The totals are not those of all that was forwarded.', {
          'packets in': [expected.join(' '), totals.join(' ')],
        }),
      );
    },
  }),
];
