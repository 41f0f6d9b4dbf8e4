/** Counters as `ipvsadm --stats` shows them. */
import { expectValues } from '../../kit/expecting/expect.ts';
import { type ListedCounters, readCounters } from '../../kit/ipvsadm-lists.ts';
import type { Service } from '../../kit/service.ts';

/** Counters are shown as of the last estimate, which is made every two seconds. */
export const ESTIMATED_MS = 2_200;

export async function countersOf(service: Service): Promise<Map<string, ListedCounters>> {
  await service.stage.wait(ESTIMATED_MS);
  return readCounters(await service.stage.director.ipvsadm('-Ln', '--stats', '--exact', ...service.key));
}

export const NOTHING: ListedCounters = {
  connections: 0,
  inPackets: 0,
  outPackets: 0,
  inBytes: 0,
  outBytes: 0,
};

export function sumOf(counters: readonly ListedCounters[]): ListedCounters {
  return counters.reduce(
    (sum, one) => ({
      connections: sum.connections + one.connections,
      inPackets: sum.inPackets + one.inPackets,
      outPackets: sum.outPackets + one.outPackets,
      inBytes: sum.inBytes + one.inBytes,
      outBytes: sum.outBytes + one.outBytes,
    }),
    NOTHING,
  );
}

export function expectCounters(whose: string, expected: ListedCounters, seen: ListedCounters | undefined) {
  return expectValues(`Not everything that passed is counted, or too much: ${whose}.`, {
    Conns: [expected.connections, seen?.connections],
    InPkts: [expected.inPackets, seen?.inPackets],
    OutPkts: [expected.outPackets, seen?.outPackets],
    InBytes: [expected.inBytes, seen?.inBytes],
    OutBytes: [expected.outBytes, seen?.outBytes],
  });
}
