/** What each case of the catalogue was worth: mutants that it was tried on, and those that it killed. */
import type { GeneratedMutants } from '../../../reports/result-generated.ts';
import { sideBySide } from '../../run/side-by-side.ts';
import type { Turn } from '../play-turn.ts';
import type { Bench, Fate } from './bench.ts';

type CaseRecord = GeneratedMutants['cases'][number];

/** A case that kills none of so many is taken for one that kills none. */
const MOST_TRIES = 30;

/**
 * Trying a mutant ends with the first case that kills it, so others may just have come too late: each case that has
 * killed nothing is tried on mutants that others killed, until it kills one.
 */
export async function recordOfCases(
  fates: readonly Fate[],
  turns: readonly Turn[],
  benches: readonly Bench[],
): Promise<CaseRecord[]> {
  const caseOf = (turn: number) => turns[turn]?.one.name as string;
  const records = new Map(turns.map(({ one: { name } }) => [name, { name, tried: 0, killed: 0 }]));
  for (const fate of fates) {
    for (const name of new Set(playedFor(fate).map(caseOf))) (records.get(name) as CaseRecordInWork).tried++;
    const killer = fate.killed && records.get(caseOf(fate.killed.turn));
    if (killer) killer.killed++;
  }
  const idle = [...records.values()].filter(({ killed }) => killed === 0);
  const workers = benches.map((bench) => async (record: CaseRecordInWork) => {
    const own = ({ turn }: { turn: number }) => caseOf(turn) === record.name;
    const missed = fates
      .filter(
        (fate) =>
          isWorthATry(fate) &&
          !benches[0]?.isAlone(fate.mutation) &&
          fate.turns.some(own) &&
          !playedFor(fate).some((turn) => own({ turn })),
      )
      .toSorted((a, b) => a.turns.length - b.turns.length)
      .slice(0, MOST_TRIES);
    for (const { mutation, turns: all } of missed) {
      record.tried++;
      const { killed } = await bench.try(mutation, all.filter(own));
      if (!killed) continue;
      record.killed++;
      break;
    }
  });
  for await (const _ of sideBySide(idle, workers));
  return [...records.values()];
}

interface CaseRecordInWork extends CaseRecord {
  tried: number;
  killed: number;
}

/** Whoever does not end would be waited for once more for each case, and shows nothing of what that case looks at. */
function isWorthATry({ killed }: Fate): boolean {
  return killed !== undefined && killed.kind !== 'endless';
}

/** Turns that it was tried on until it was killed. */
function playedFor({ turns, killed }: Fate): number[] {
  const last = killed === undefined ? -1 : turns.findIndex(({ turn }) => turn === killed.turn);
  return (last === -1 ? turns : turns.slice(0, last + 1)).map(({ turn }) => turn);
}
