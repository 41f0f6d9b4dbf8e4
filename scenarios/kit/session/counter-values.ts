/** Sums with the figures that a director counts. */
import type { CounterValues } from '../../../director/index.ts';

export const NOTHING_COUNTED: CounterValues = {
  connections: 0,
  inPackets: 0,
  outPackets: 0,
  inBytes: 0,
  outBytes: 0,
};

/** What is left of `all` without `part`. */
export function countersWithout(all: CounterValues, part: CounterValues): CounterValues {
  return {
    connections: all.connections - part.connections,
    inPackets: all.inPackets - part.inPackets,
    outPackets: all.outPackets - part.outPackets,
    inBytes: all.inBytes - part.inBytes,
    outBytes: all.outBytes - part.outBytes,
  };
}
