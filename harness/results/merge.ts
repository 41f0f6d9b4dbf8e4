/** Several results as one: of the shards of a run, or of runs that did different things. */
import { CodedError } from '../../director/coded-error.ts';
import type { Result } from '../../reports/result.ts';
import {
  acrossModesFact,
  allocationFact,
  caseFact,
  type FoundFact,
  fairnessFact,
  faultFact,
  isSame,
  mutantFact,
  scaleFact,
} from '../gate/facts.ts';
import { shardSentence } from '../run/shard.ts';
import { judgedIn, misconfigurationsIn, UntrustedError, unusableIn, verdictOf } from '../run/verdict.ts';

/** Results that cannot be merged: the user has to give others. */
export class MergeError extends CodedError {
  readonly code = 'MERGE_REFUSED';
}

/**
 * The verdict is computed anew from everything together. If a shard is missing or was untrusted, so is the whole.
 *
 * @param id Of the new run.
 * @throws MergeError where runs are of different versions, seeds or ways to share. @throws UntrustedError where they contradict
 * each other.
 */
export function merge(results: readonly [Result, ...Result[]], id: string): Result {
  refuseUnlike(results);
  const [first] = results;
  const conflicts: string[] = [];
  const unite = <Item>(items: readonly Item[], factOf: (item: Item) => FoundFact) =>
    united(items, factOf, conflicts);
  const all = <Item>(part: (result: Result) => readonly Item[]) => results.flatMap(part);
  const networks = all(({ packetNetworks = [] }) => packetNetworks);
  const micro = all((result) => result.micro ?? []);
  const faults = all((result) => result.faults ?? []);
  const floods = all((result) => result.floods ?? []);
  const replays = results.flatMap(({ replay }) => replay ?? []);
  const found = {
    sessions: all(({ sessions }) => sessions),
    cases: unite(
      all(({ cases }) => cases),
      caseFact,
    ),
    fairness: unite(
      all(({ fairness }) => fairness),
      fairnessFact,
    ),
    mutants: unite(
      all(({ mutants }) => mutants),
      mutantFact,
    ),
    ...(faults.length > 0 && {
      faults: unite(faults, faultFact),
    }),
    ...(replays.length > 0 && {
      replay: {
        files: unite(
          replays.flatMap(({ files }) => files),
          ({ file: key, cases, steps }) => ({
            section: 'cases',
            key,
            id: key,
            fact: { cases: cases.equal, steps: steps.equal },
          }),
        ),
        errors: replays.flatMap(({ errors }) => errors),
      },
    }),
  };
  const merged: Result = {
    ...first,
    run: { ...runOf(results), id },
    directors: directorsOf(results),
    ...found,
    ...(networks.length > 0 && {
      packetNetworks: [...new Map(networks.map((one) => [one.mode, one])).values()],
    }),
    notCovered: [...new Set(all(openSentences))],
    definitions: Object.assign({}, ...results.map(({ definitions }) => definitions)),
    sources: Object.assign({}, ...results.map(({ sources }) => sources)),
    acrossModes: unite(
      all(({ acrossModes }) => acrossModes),
      acrossModesFact,
    ),
    scale: unite(
      all(({ scale }) => scale),
      scaleFact,
    ),
    throughput: unite(
      all(({ throughput }) => throughput),
      // Timings of two runs are never the same, so any pair counts as a conflict.
      ({ id: key, status, geometricMean }) => ({
        section: 'cases',
        key,
        id: key,
        fact: { status, geometricMean },
      }),
    ),
    ...(micro.length > 0 && { micro: unite(micro, allocationFact) }),
    ...(floods.length > 0 && { floods }),
    ...mergedGenerated(results),
    verdict: verdictOf(judgedIn(found), [...missingShards(results), ...results.flatMap(problemsOf)], {
      misconfigurations: misconfigurationsIn(found.sessions),
      failures: results.flatMap(failuresOf),
      unusable: unusableIn(found),
      measured: results.every(isOfFiguresOnly) ? results.length : 0,
    }),
  };
  if (conflicts.length > 0) {
    throw new UntrustedError(
      `These results contradict each other, so none is believed:\n  ${conflicts.join('\n  ')}`,
    );
  }
  return merged;
}

function refuseUnlike(results: readonly Result[]): void {
  const ids = results.map(({ run }) => run.id);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) throw new MergeError(`run ${twice} was given twice`);
  const ways: Readonly<Record<string, (result: Result) => string | undefined>> = {
    version: ({ run }) => run.version,
    seed: ({ run }) => String(run.seed),
    // Runs that did different things need not have measured as much.
    profile: ({ run }) => run.shard && run.profile,
    'number of shards': ({ run }) => run.shard && String(run.shard.of),
  };
  for (const [what, of] of Object.entries(ways)) {
    const values = [...new Set(results.flatMap((result) => of(result) ?? []))];
    if (values.length < 2) continue;
    throw new MergeError(`expected results of one ${what}, seen ${values.join(' and ')}`);
  }
}

/** Each item once. Items that occur twice with the same outcome are merged; with different outcomes they are a conflict. */
function united<Item>(
  items: readonly Item[],
  factOf: (item: Item) => FoundFact,
  conflicts: string[],
): Item[] {
  const known = new Map<string, Item>();
  for (const item of items) {
    const { key, fact } = factOf(item);
    const before = known.get(key);
    if (before === undefined) known.set(key, item);
    else if (!isSame(factOf(before).fact, fact)) {
      conflicts.push(`${key}: ${told(factOf(before))} in one, ${told({ fact })} in another`);
    }
  }
  return [...known.values()];
}

function told({ fact }: Pick<FoundFact, 'fact'>): string {
  return Object.entries(fact)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

/** From the first start to the last end. Timings are of one machine: that is the machine of the whole. */
function runOf(results: readonly [Result, ...Result[]]): Omit<Result['run'], 'id' | 'shard'> {
  const { shard: _, profile: __, ...first } = results[0].run;
  const profiles = new Set(results.flatMap(({ run }) => run.profile ?? []));
  const starts = results.map(({ run }) => Date.parse(run.startedAt));
  const ends = results.map(({ run }, i) => (starts[i] as number) + run.durationMs);
  const timed = results.find(({ throughput }) => throughput.length > 0) ?? results[0];
  const commands = results.map(({ run }) => run.command.replace(/ --shard[ =]\S+/, ''));
  return {
    ...first,
    ...(profiles.size === 1 && { profile: [...profiles][0] as string }),
    command: [...new Set(commands)].join('; '),
    startedAt: new Date(Math.min(...starts)).toISOString(),
    durationMs: Math.max(...ends) - Math.min(...starts),
    machine: timed.run.machine,
  };
}

/** One that could not run somewhere is shown with the reason. */
function directorsOf(results: readonly Result[]): Result['directors'] {
  const byName = Map.groupBy(
    results.flatMap(({ directors }) => directors),
    ({ name }) => name,
  );
  return [...byName.values()].flatMap((own) => own.find(({ available }) => !available) ?? own.slice(0, 1));
}

function missingShards(results: readonly Result[]): string[] {
  const shards = results.flatMap(({ run }) => run.shard ?? []);
  const of = shards[0]?.of ?? 0;
  return Array.from({ length: of }, (_, i) => i + 1)
    .filter((index) => !shards.some((shard) => shard.index === index))
    .map((index) => `Shard ${index} of ${of} is missing.`);
}

/** What made a run untrustworthy, beyond what follows from its cases. */
function problemsOf(result: Result): string[] {
  const { run, verdict } = result;
  if (verdict.status === 'passed' || verdict.status === 'failed') return [];
  const name = run.shard === undefined ? `Run ${run.id}` : `Shard ${run.shard.index} of ${run.shard.of}`;
  return reasonsBeyondCases(result).map((reason) => `${name}: ${reason}`);
}

/** What was not as it must be, beyond the cases. */
function failuresOf(result: Result): string[] {
  return result.verdict.status === 'failed' ? reasonsBeyondCases(result) : [];
}

function reasonsBeyondCases({ verdict, ...found }: Result): string[] {
  const misconfigurations = misconfigurationsIn(found.sessions);
  const judged = judgedIn(found);
  const following = new Set([
    ...verdictOf(judged, [], { misconfigurations }).reasons,
    ...verdictOf(judged, []).reasons,
  ]);
  return verdict.reasons.filter((reason) => !following.has(reason));
}

/** Passed without a case: a run whose purpose was to measure. */
function isOfFiguresOnly({ verdict, ...found }: Result): boolean {
  return judgedIn(found).length === 0 && verdict.status === 'passed';
}

function openSentences({ run, notCovered }: Result): string[] {
  const own = run.shard === undefined ? undefined : shardSentence(run.shard);
  return notCovered.filter((sentence) => sentence !== own);
}

/** Mutants of all shards, and what each case came to with them. */
function mergedGenerated(results: readonly Result[]): Pick<Result, 'generated'> {
  const [first, ...others] = results.flatMap(({ generated }) => generated ?? []);
  if (first === undefined) return {};
  const all = [first, ...others];
  const byName = Map.groupBy(
    all.flatMap(({ cases }) => cases),
    ({ name }) => name,
  );
  const sumOf = (own: readonly { tried: number; killed: number }[], key: 'tried' | 'killed') =>
    own.reduce((sum, one) => sum + one[key], 0);
  return {
    generated: {
      ...first,
      mutants: all.flatMap(({ mutants }) => mutants),
      cases: [...byName].map(([name, own]) => ({
        name,
        tried: sumOf(own, 'tried'),
        killed: sumOf(own, 'killed'),
      })),
    },
  };
}
