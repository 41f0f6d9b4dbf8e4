/** From results to a baseline. */
import type { Result } from '../../reports/result.ts';
import { UntrustedError } from '../run/verdict.ts';
import { BASELINE_VERSION, type Baseline } from './baseline.ts';
import { type Fact, factsOf, isSame, SECTIONS, type Section } from './facts.ts';
import { runSpreadsOf, together } from './timing/runs.ts';
import { disturbanceOf, type Timing, timingsOf } from './timing/timing.ts';

/**
 * @param results Of one release; with several, timings are means, and how much they vary from run to run is known.
 * @throws UntrustedError where a result cannot be trusted, or the results differ in what must be the same in every run.
 */
export function makeBaseline(results: readonly [Result, ...Result[]]): Baseline {
  for (const { run, verdict } of results) {
    if (verdict.status === 'passed' || verdict.status === 'failed') continue;
    throw new UntrustedError(`Run ${run.id} is ${verdict.status}: no baseline is made of it.`);
  }
  for (const result of results) refuseDisturbed(result);
  const [{ run }] = results;
  const { cpu, cores, kernel, node } = run.machine;
  return {
    format: 'lvs-lab baseline',
    schemaVersion: BASELINE_VERSION,
    madeFrom: {
      version: run.version,
      startedAt: run.startedAt,
      runs: results.length,
      seed: run.seed,
      ...(run.profile !== undefined && { profile: run.profile }),
      machine: { cpu, cores, kernel, node },
    },
    ...factsOfAll(results),
    timings: timingsOfAll(results),
  };
}

/** The facts of one result, by section and key. @throws UntrustedError where it says two different things of one. */
export function factTable(result: Result): Record<Section, Record<string, Fact>> {
  const table = Object.fromEntries(SECTIONS.map((section) => [section, {}])) as Record<
    Section,
    Record<string, Fact>
  >;
  for (const { section, key, fact } of factsOf(result)) {
    const before = table[section][key];
    if (before !== undefined && !isSame(before, fact)) {
      throw new UntrustedError(`Run ${result.run.id} has ${key} twice, with different outcomes.`);
    }
    table[section][key] = fact;
  }
  return table;
}

function refuseDisturbed({ run, throughput }: Result): void {
  for (const { id } of throughput) {
    const cores = disturbanceOf(id, throughput);
    if (cores === undefined) continue;
    throw new UntrustedError(
      `In run ${run.id} other processes used the machine while ${id} was measured, on ` +
        `${cores.toFixed(1)} of its cores: no baseline is made of it. Let it run alone.`,
    );
  }
}

function factsOfAll(results: readonly [Result, ...Result[]]): Record<Section, Record<string, Fact>> {
  const [first, ...others] = results.map(factTable) as [ReturnType<typeof factTable>];
  for (const other of others) {
    for (const section of SECTIONS) {
      const keys = new Set([...Object.keys(first[section]), ...Object.keys(other[section])]);
      for (const key of keys) {
        if (isSame(first[section][key] ?? {}, other[section][key] ?? {})) continue;
        throw new UntrustedError(
          `${key} is not the same in all of these runs, so it is no measure of anything: ` +
            `${told(first[section][key])} in one, ${told(other[section][key])} in another.`,
        );
      }
    }
  }
  return first;
}

function timingsOfAll(results: readonly Result[]): Baseline['timings'] {
  const runs = results.map(({ throughput }) => timingsOf(throughput));
  const ids = [...new Set(runs.flatMap((run) => [...run.keys()]))];
  const benchmarks = ids.map((id) => {
    const timings = runs.flatMap((run) => run.get(id) ?? []);
    if (timings.length === runs.length) return { id, timings: timings as [Timing, ...Timing[]] };
    throw new UntrustedError(`${id} was measured in ${timings.length} of ${runs.length} runs only.`);
  });
  return {
    runSpreads: runSpreadsOf(benchmarks.map(({ timings }) => timings)),
    benchmarks: Object.fromEntries(benchmarks.map(({ id, timings }) => [id, together(timings)])),
  };
}

function told(fact: Fact | undefined): string {
  return fact === undefined
    ? 'absent'
    : Object.entries(fact)
        .map(([name, value]) => `${name} ${value}`)
        .join(', ');
}
