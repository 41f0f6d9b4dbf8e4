import { describe, expect, it } from 'vitest';
import { growthCharts } from '../../reports/html/charts/growth-chart.ts';
import type { ThroughputResult } from '../../reports/result-figures.ts';

const rate = (director: string, flows: number, perSecond: number, frameBytes = 64): ThroughputResult => ({
  id: `throughput/growth-${frameBytes}-${flows}/nat/${director}`,
  measure: `growth-${frameBytes}-${flows}`,
  title: 'Packets',
  mode: 'nat',
  director,
  status: 'measured',
  unit: 'packets/s',
  flows,
  frameBytes,
  higherIsBetter: true,
  samples: [perSecond],
  geometricMean: perSecond,
  ratios: [],
  cpu: {},
  bottleneck: 'director',
});

describe('how cost grows', () => {
  it('is drawn for each frame size, in nanoseconds for a packet, as far as each contestant was measured', () => {
    const results = [64, 512].flatMap((bytes) => [
      rate('ts-xdp', 1, 4_000_000, bytes),
      rate('ts-xdp', 1000, 2_000_000, bytes),
      rate('ts-xdp', 1_000_000, 1_000_000, bytes),
      rate('nft', 1, 1_000_000, bytes),
      { ...rate('nft', 1000, 0, bytes), status: 'error' as const, reason: 'nothing came through' },
    ]);
    const drawn = growthCharts(results)?.text ?? '';
    expect(drawn.match(/<figure/g)).toHaveLength(2);
    expect(drawn).toContain(
      'NAT, frames of 512 bytes: nanoseconds for a packet by number of flows. ts-xdp 1 flows 250 ns, ' +
        'ts-xdp 1,000 flows 500 ns, ts-xdp 1,000,000 flows 1000 ns, nft 1 flows 1000 ns',
    );
    expect(drawn).not.toContain('Infinity');
    expect(drawn).not.toContain('NaN');
  });

  it('is not drawn of rates with one number of flows', () => {
    expect(growthCharts([rate('ts', 4096, 1_000_000), rate('nft', 4096, 500_000)])).toBeUndefined();
  });
});
