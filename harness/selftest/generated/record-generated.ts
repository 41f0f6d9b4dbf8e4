/** The self-test with generated mutants: drawn from the sources, tried on the catalogue in memory, and recorded. */
import { mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GeneratedMutant } from '../../../reports/result-generated.ts';
import { scoreOf } from '../../../reports/tables/generated-mutants.ts';
import { packetCases } from '../../../scenarios/index.ts';
import { countedOf, percent } from '../../../statistics/number-text.ts';
import type { RunRecorder } from '../../run/recorder.ts';
import { type Shard, shareOf } from '../../run/shard.ts';
import { sideBySide } from '../../run/side-by-side.ts';
import { turnsOf } from '../play-turn.ts';
import { type RunningEnd, tryAsRunning } from '../running/record-running.ts';
import { areaOf } from './areas.ts';
import { Bench, type Fate } from './bench.ts';
import { recordOfCases } from './case-record.ts';
import { Constants } from './constants.ts';
import { type Coverage, lookAround } from './coverage.ts';
import { draw } from './draw.ts';
import { compiles, instrumented, type NumberedMutation } from './instrument.ts';
import { killedAfterAll, Ledger } from './ledger.ts';
import { Looks } from './looks.ts';
import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutations-of.ts';
import { OPERATORS } from './operators/index.ts';
import { directorSources } from './sources.ts';
import { TurnOrder } from './turn-order.ts';

export interface GeneratedPlan {
  /** How many are drawn. */
  readonly count: number;
  readonly seed: number;
  readonly shard: Shard | undefined;
  /** Percentage that must be killed. */
  readonly least: number;
  /** How many of those that nothing in memory kills are tried as running directors. */
  readonly running: number;
  /** Of file names below `director/`; all if there are none. */
  readonly prefixes: readonly string[];
}

export async function recordGenerated(recorder: RunRecorder, plan: GeneratedPlan): Promise<void> {
  const { terminal, figures, problems, failures } = recorder;
  terminal.step('making mutants of the sources');
  const sources = directorSources();
  const all = [...sources].flatMap(([file, source]) => mutationsOf(file, source));
  const ledger = Ledger.read();
  failures.push(...ledger.strays(all));
  const isMeant = ({ file }: Mutation) =>
    plan.prefixes.length === 0 || plan.prefixes.some((prefix) => file.startsWith(prefix));
  const { drawn, lines } = draw(all.filter(isMeant), plan.count, plan.seed);
  const numbered = shareOf(drawn, plan.shard).map((mutation, id) => ({ ...mutation, id }));
  const { looking, trying, mutations } = built(sources, numbered);
  if (mutations.length === 0) {
    problems.push('No mutant was drawn.');
    return;
  }
  using directory = mkdtempDisposableSync(join(tmpdir(), 'lvs-lab-mutants-'));
  const planOf = (name: string, modules: ReadonlyMap<string, string>) => {
    const modulesFile = join(directory.path, name);
    writeFileSync(modulesFile, JSON.stringify(Object.fromEntries(modules)));
    return { modulesFile, seed: plan.seed };
  };
  const processes = availableParallelism();
  const turns = turnsOf(packetCases);
  terminal.step('trying the right director');
  const coverage = await lookAround([...turns.keys()], processes, planOf('looking.json', looking));
  const notPassed = coverage.turns.filter(({ problem }) => problem !== undefined);
  problems.push(...notPassed.map(({ id, problem }) => `The right director does not pass: ${id}: ${problem}`));
  if (notPassed.length > 0) return;
  const order = new TurnOrder(coverage, mutations);
  const worker = planOf('trying.json', trying);
  const benches = Array.from({ length: processes }, () => new Bench(coverage, order, worker));
  using stack = new DisposableStack();
  for (const bench of benches) stack.use(bench);
  const fates: Fate[] = [];
  const workers = benches.map((bench) => (mutation: NumberedMutation) => bench.try(mutation));
  for await (const fate of sideBySide(mutations, workers)) {
    fates.push(fate);
    terminal.step(`${fates.length} of ${mutations.length} mutants tried, now ${fate.mutation.file}`);
    if (fate.killed && ledger.rulesOut(fate.mutation)) {
      failures.push(killedAfterAll(fate.mutation, fate.killed.id));
    }
  }
  const met = new Set(coverage.turns.flatMap((one) => one.met));
  // Of what no case in memory kills much shows in a process: what it says, and what it asks of the kernel.
  const left = fates.filter((fate) => {
    const status = statusOf(fate, met, coverage);
    return status === 'unreachable' || (status !== 'killed' && ledger.reasonOf(fate.mutation) === undefined);
  });
  const ended = await tryAsRunning(
    recorder,
    left.map(({ mutation }) => mutation),
    { count: plan.running, seed: plan.seed, sources },
  );
  for (const [mutation, { killedBy }] of ended) {
    if (killedBy && ledger.rulesOut(mutation)) failures.push(killedAfterAll(mutation, killedBy.id));
  }
  const mutants = fates.map((fate) => resultOf(fate, met, coverage, ledger, ended.get(fate.mutation)));
  terminal.step('looking at cases that have killed none');
  figures.generated = {
    drawn: plan.count,
    lines: Object.fromEntries(lines),
    operators: Object.fromEntries(OPERATORS.map(({ name, does }) => [name, does])),
    least: plan.least,
    mutants,
    cases: await recordOfCases(fates, turns, benches),
  };
  failures.push(...tooFewKilled(mutants, plan.least));
}

/** All files with loops counted, those with mutants with switches too, or with looks. Mutants that do not compile are left out. */
function built(sources: ReadonlyMap<string, string>, numbered: readonly NumberedMutation[]) {
  const mutations = numbered.filter((one) => compiles(one.file, sources.get(one.file) as string, one));
  const constants = new Constants(sources);
  const sites = mutations.flatMap((mutation) => {
    const reads = constants.readsOf(mutation)?.map((read) => ({ ...read, isStatement: false }));
    return (reads ?? [mutation]).map((site) => ({ ...site, id: mutation.id }));
  });
  const byFile = Map.groupBy(sites, ({ file }) => file);
  const looks = new Looks();
  const trying = new Map<string, string>();
  const looking = new Map<string, string>();
  for (const [file, source] of sources) {
    const own = byFile.get(file) ?? [];
    trying.set(file, instrumented(file, source, own));
    looking.set(file, instrumented(file, source, own, looks));
  }
  return { trying, looking, mutations };
}

/** What became of it in memory. */
function statusOf(
  { mutation, turns, killed }: Fate,
  met: ReadonlySet<number>,
  { files }: Coverage,
): GeneratedMutant['status'] {
  if (killed) return 'killed';
  if (turns.length > 0 || met.has(mutation.id)) return 'survived';
  return files.has(mutation.file) ? 'uncovered' : 'unreachable';
}

/** @param running What became of it as a running director, if it was tried so. */
function resultOf(
  fate: Fate,
  met: ReadonlySet<number>,
  coverage: Coverage,
  ledger: Ledger,
  running: RunningEnd | undefined,
): GeneratedMutant {
  const { mutation, turns, killed } = fate;
  const { file, line, operator, before, after, nth } = mutation;
  const reason = ledger.reasonOf(mutation);
  const { status, killedBy, cases }: RunningEnd = running ?? {
    status: statusOf(fate, met, coverage),
    cases: turns.length,
    ...(killed && { killedBy: { id: killed.id, kind: killed.kind, message: killed.message } }),
  };
  return {
    file,
    line,
    area: areaOf(file),
    operator,
    before,
    after,
    nth,
    status: status !== 'killed' && reason !== undefined ? 'equivalent' : status,
    ...(running && { isRunning: true }),
    ...(killedBy && { killedBy }),
    cases,
    ...(reason !== undefined && status !== 'killed' && { reason }),
  };
}

function tooFewKilled(mutants: readonly GeneratedMutant[], least: number): string[] {
  const { killed, mortal } = scoreOf(mutants);
  if (killed * 100 >= least * mortal) return [];
  return [
    `${countedOf(killed, mortal, 'mutant was', 'mutants were')} killed (${percent(killed / mortal)}), but ${least} % had to be.`,
  ];
}
