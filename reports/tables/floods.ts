import { MODES } from '../../lab/modes.ts';
import { count, counted } from '../../statistics/number-text.ts';
import type { FloodResult } from '../result-flood.ts';
import { type Table, tableOf } from '../table.ts';

interface FloodRow {
  readonly flood: FloodResult;
  readonly phase: FloodResult['phases'][number];
}

/** What established connections and the director had of each flood: before, during and after it. */
export function floodsTable(floods: readonly FloodResult[]): Table {
  return tableOf<FloodRow>(
    [
      { heading: 'mode', cell: ({ flood }) => MODES[flood.mode].label },
      { heading: 'flood', cell: ({ phase }) => phase.phase },
      { heading: 'requests', align: 'right', cell: ({ phase }) => count(phase.requests) },
      { heading: 'p50', align: 'right', cell: ({ phase }) => `${phase.p50Ms.toFixed(1)} ms` },
      { heading: 'p99', align: 'right', cell: ({ phase }) => `${phase.p99Ms.toFixed(1)} ms` },
      { heading: 'entries', align: 'right', cell: ({ phase }) => count(phase.mostConnections) },
      {
        heading: 'memory',
        align: 'right',
        cell: ({ phase }) => `${Math.round(phase.mostMemoryBytes / (1 << 20))} MiB`,
      },
    ],
    floods.flatMap((flood) =>
      flood.phases.filter(({ mostMemoryBytes }) => mostMemoryBytes > 0).map((phase) => ({ flood, phase })),
    ),
  );
}

/** What was sent in one mode, and what came of it, as a sentence. */
export function floodText({
  mode,
  sentFrames,
  framesPerSecond,
  established,
  lost,
  untakenFrames,
}: FloodResult): string {
  return `${MODES[mode].label}: ${count(sentFrames)} SYNs, ${count(framesPerSecond)} a second, beside ${count(established)} established connections, of which ${count(lost)} were lost; the director had no time for ${counted(untakenFrames, 'frame')}`;
}
