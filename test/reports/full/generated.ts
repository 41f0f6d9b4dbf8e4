import type { GeneratedMutant, GeneratedMutants } from '../../../reports/result-generated.ts';

/** Each fate once in each area. */
const FATES: readonly Pick<GeneratedMutant, 'status' | 'killedBy' | 'cases' | 'reason' | 'isRunning'>[] = [
  killed('finding', 'This is not the request that rs1 gets as it should be.'),
  killed('endless', 'more than 100,000 rounds of loops'),
  { status: 'survived', cases: 711, isRunning: true },
  { status: 'uncovered', cases: 0 },
  { status: 'unreachable', cases: 0 },
  { status: 'equivalent', cases: 12, reason: 'It is set before it is read.' },
];

/** Mutants of two areas: of each, two were killed and two should have been. */
export function generatedMutants(): GeneratedMutants {
  const areas = { schedulers: 'schedulers/lc.ts', wire: 'wire/checksum.ts' };
  return {
    drawn: 12,
    lines: { schedulers: 327, wire: 366 },
    operators: { boundary: 'a limit is one off' },
    least: 100,
    mutants: Object.entries(areas).flatMap(([area, file]) =>
      FATES.map((fate, index) => ({
        file,
        line: 20 + index,
        area,
        operator: 'boundary',
        before: 'if (load < bestLoad) {',
        after: 'if (load <= bestLoad) {',
        nth: index + 1,
        ...fate,
      })),
    ),
    cases: [
      { name: 'scheduler/lc/sequence', tried: 8, killed: 4 },
      { name: 'arp/silence', tried: 3, killed: 0 },
      { name: 'request/ttl', tried: 0, killed: 0 },
    ],
  };
}

function killed(kind: 'finding' | 'endless', message: string) {
  return {
    status: 'killed',
    killedBy: { id: 'nat/scheduler/lc/sequence', kind, message },
    cases: 40,
  } as const;
}
