/** Mutants tried on a few cases, in processes that have loaded the director with their switches in it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Bench, type Fate } from '../../../../harness/selftest/generated/bench.ts';
import { recordOfCases } from '../../../../harness/selftest/generated/case-record.ts';
import { lookAround } from '../../../../harness/selftest/generated/coverage.ts';
import { instrumented } from '../../../../harness/selftest/generated/instrument.ts';
import { Looks } from '../../../../harness/selftest/generated/looks.ts';
import { mutationsOf } from '../../../../harness/selftest/generated/mutations-of.ts';
import { directorSources } from '../../../../harness/selftest/generated/sources.ts';
import { TurnOrder } from '../../../../harness/selftest/generated/turn-order.ts';
import { turnsOf } from '../../../../harness/selftest/play-turn.ts';
import { packetCases } from '../../../../scenarios/index.ts';
import { temporaryRunDirectory } from '../../../lab/fixtures/traces.ts';

const MISTAKES = {
  killed: { file: 'schedulers/lc.ts', after: 'load <= bestLoad' },
  broken: { file: 'schedulers/lc.ts', after: 'i--' },
  // It is not read before it is set.
  alive: { file: 'schedulers/lc.ts', after: 'let bestLoad = 1;' },
  whileLoading: { file: 'schedulers/locality.ts', after: 'const CHECK_INTERVAL_MS = 60001;' },
  inNoCase: { file: 'icmp/errors.ts', after: 'return' },
} as const;
type Name = keyof typeof MISTAKES;

it('are killed by the case that finds them, and only by what they do themselves', async () => {
  await using directory = await temporaryRunDirectory();
  const sources = directorSources();
  const mutations = Object.values(MISTAKES).map(({ file, after }, id) => {
    const found = mutationsOf(file, sources.get(file)!).find((mutation) => mutation.after.includes(after));
    return { ...found!, id };
  });
  const planOf = (name: string, looks?: Looks) => {
    const modulesFile = join(directory.path, name);
    const modules = [...sources].map(([file, source]) => {
      const own = mutations.filter((mutation) => mutation.file === file);
      return [file, instrumented(file, source, own, looks)];
    });
    writeFileSync(modulesFile, JSON.stringify(Object.fromEntries(modules)));
    return { modulesFile, seed: 1 };
  };
  const turns = turnsOf(packetCases);
  const own = [...turns.keys()].filter(
    (turn) => turns[turn]!.mode === 'nat' && turns[turn]!.one.name.startsWith('scheduler/lc/'),
  );

  const coverage = await lookAround(own, 1, planOf('looking.json', new Looks()));
  expect(coverage.turns.map(({ turn, problem }) => [turn, problem])).toEqual(
    own.map((turn) => [turn, undefined]),
  );
  expect([...coverage.whileLoading]).toEqual([3]);

  using bench = new Bench(coverage, new TurnOrder(coverage, mutations), planOf('trying.json'));
  const fates: Fate[] = [];
  // Twice: what a mutant leaves behind is not held against those that come after it.
  for (const mutation of [...mutations, mutations[2]!]) fates.push(await bench.try(mutation));
  const fate = Object.fromEntries(Object.keys(MISTAKES).map((name, id) => [name, fates[id]!])) as Record<
    Name,
    Fate
  >;
  expect(fate.killed.killed).toMatchObject({
    kind: 'finding',
    id: expect.stringMatching(/^nat\/scheduler\/lc\//),
  });
  expect(fate.broken.killed).toMatchObject({ kind: 'broken' });
  expect(fate.alive).toMatchObject({ turns: expect.arrayContaining([expect.anything()]) });
  expect(fate.alive.killed).toBeUndefined();
  expect(fate.whileLoading.killed).toBeUndefined();
  expect(fate.inNoCase.turns).toEqual([]);
  expect(fates.at(-1)!.killed).toBeUndefined();

  const records = await recordOfCases(fates, turns, [bench]);
  const killers = records.filter(({ killed }) => killed > 0).map(({ name }) => name);
  expect(killers).toContain(fate.killed.killed!.id.replace('nat/', ''));
  expect(records.find(({ name }) => name.startsWith('scheduler/mh/'))).toMatchObject({ tried: 0, killed: 0 });
}, 120_000);
