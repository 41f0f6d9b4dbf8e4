/** One case of the catalogue in one mode, played in memory against the director as this process has loaded it. */
import type { Mode } from '../../lab/index.ts';
import { ALL_MODES } from '../../lab/modes.ts';
import type { PacketCase } from '../../scenarios/kit/packet-case.ts';
import { caseId } from '../../scenarios/kit/requirement.ts';
import { playInMemory } from '../conformance/memory-stage.ts';

export interface Turn {
  readonly one: PacketCase;
  readonly mode: Mode;
  /** Its number in the catalogue, from which its clients’ addresses follow. */
  readonly index: number;
}

export interface TurnEnd {
  /** Of the case. */
  readonly id: string;
  /** What its first finding says; absent where it found nothing. */
  readonly finding?: string;
  /** Why it could not be played or judged to its end. */
  readonly problem?: string;
}

/** The whole catalogue, in its order. */
export function turnsOf(catalogue: readonly PacketCase[]): Turn[] {
  return catalogue.flatMap((one, index) =>
    ALL_MODES.filter((mode) => one.modes.includes(mode)).map((mode) => ({ one, mode, index })),
  );
}

export async function playTurn({ one, mode, index }: Turn, seed: number): Promise<TurnEnd> {
  const id = caseId(one, mode);
  try {
    const { seen, played, error } = await playInMemory(one, mode, { seed, index });
    if (error !== undefined) return { id, problem: error.message };
    const { findings, examined } = one.check(seen, played);
    if (findings[0] !== undefined) return { id, finding: findings[0].message };
    return examined > 0 ? { id } : { id, problem: 'no matching packet was captured' };
  } catch (error) {
    return { id, problem: error instanceof Error ? error.message : String(error) };
  }
}
