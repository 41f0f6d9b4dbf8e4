/**
 * Program: plays the catalogue against the director as this process has loaded it, unchanged or as a mutant
 * (`source-change.ts`), and prints the result as JSON.
 *
 *     node --import …/source-change.ts mutant-child.ts --first request/ttl --enough 3 --seed 1
 */
import { parseArgs } from 'node:util';
import { packetCases } from '../../scenarios/index.ts';
import type { PacketCase } from '../../scenarios/kit/packet-case.ts';
import { playTurn, type Turn, turnsOf } from './play-turn.ts';

const { values } = parseArgs({
  options: {
    first: { type: 'string', default: '' },
    enough: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
  },
});
const found = await runMutant(packetCases, {
  first: values.first,
  enough: Number(values.enough),
  seed: Number(values.seed),
});
process.stdout.write(JSON.stringify(found));

export interface Kill {
  /** Of the case that failed. */
  readonly id: string;
  /** What its first finding says. */
  readonly message: string;
}

export interface MutantRun {
  readonly killed: readonly Kill[];
  /** Cases that could not be played or judged to their end: they killed nothing. */
  readonly broken: readonly Kill[];
  readonly played: number;
}

interface MutantRunOptions {
  /** Prefix of the cases, below the mode, that are played first: those meant to kill this mutant. */
  readonly first: string;
  /** Failed cases after which the rest is not played. */
  readonly enough: number;
  readonly seed: number;
}

/** Plays the catalogue in memory, in this process, until enough cases have failed. */
async function runMutant(catalogue: readonly PacketCase[], options: MutantRunOptions): Promise<MutantRun> {
  const killed: Kill[] = [];
  const broken: Kill[] = [];
  let played = 0;
  for (const turn of inOrder(catalogue, options.first)) {
    if (killed.length >= options.enough) break;
    played++;
    const { id, finding, problem } = await playTurn(turn, options.seed);
    if (finding !== undefined) killed.push({ id, message: finding });
    else if (problem !== undefined) broken.push({ id, message: problem });
  }
  return { killed, broken, played };
}

function inOrder(catalogue: readonly PacketCase[], first: string): Turn[] {
  const turns = turnsOf(catalogue);
  const isFirst = ({ one }: Turn) => one.name.startsWith(first);
  return [...turns.filter(isFirst), ...turns.filter((turn) => !isFirst(turn))];
}
