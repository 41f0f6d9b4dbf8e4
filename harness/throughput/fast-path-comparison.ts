/** The fast path's places side by side, beside what the kernel itself does and the least that can be done to a frame. */
import { growthMeasures } from '../../scenarios/throughput.ts';
import { forward } from '../directors/forward/index.ts';
import { nft } from '../directors/nft/index.ts';
import { tsDirector, tsSlowDirector, tsXdpDirector } from '../directors/ts/index.ts';
import { xdpRedirect } from '../directors/xdp-redirect/index.ts';
import type { Comparison } from './run.ts';

/** It takes long to show more of them to a director that forwards each for itself: only one is shown a million. */
const mostFlows = () => 100_000;

export const fastPathComparison: Comparison = {
  directors: [{ ...tsDirector, mostFlows }, tsXdpDirector, { ...tsSlowDirector, mostFlows }],
  references: [nft, forward, xdpRedirect],
  growth: growthMeasures,
  isPastSwitches: true,
  budget: {
    measures: ['packets', 'requests', 'connections'],
    turns: 4,
    coreTurns: 0,
    warmUpMs: 600,
    trialMs: 50,
    confirmMs: 50,
    fullSpeedMs: 300,
    fixedRateMs: 200,
  },
};
