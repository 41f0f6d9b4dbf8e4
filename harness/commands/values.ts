/** Reading the values of flags. What is wrong is said in one line that names what would be right. */
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { SCHEDULERS } from '../../director/index.ts';
import type { Mode } from '../../lab/index.ts';
import { ALL_MODES } from '../../lab/modes.ts';
import { FAULT_NAMES, type FaultName } from '../../scenarios/faults/model.ts';
import { PARTS, type Part } from '../bench/options.ts';
import { installed, isPackage } from '../environment/installation.ts';
import type { Shard } from '../run/shard.ts';

/** Where results go unless the user says otherwise, as help texts have it. */
export const DEFAULT_OUT_TEXT = isPackage ? 'lvs-lab-results' : 'reports/out';

/** The same as a path: in a checkout, or below the current folder. */
export const DEFAULT_OUT = isPackage ? resolve(DEFAULT_OUT_TEXT) : installed('reports', 'out');

/** The folder of the last run. */
export const LATEST = join(DEFAULT_OUT, 'latest');

/** The path of a result file that was given as such, or as the folder of a run. */
export async function resultPath(given: string): Promise<string> {
  const isFolder = await stat(given)
    .then((found) => found.isDirectory())
    .catch(() => false);
  return resolve(isFolder ? join(given, 'result.json') : given);
}

const MAX_SEED = 2 ** 31 - 1;

export const seedOf = integerFrom(0, MAX_SEED);

export function listOfModes(text: string): Mode[] {
  return listOf(text, ALL_MODES);
}

/** @param before Those of the words before this one. */
export function listOfParts(text: string, before: readonly Part[] = []): Part[] {
  return listOf([...before, text].join(','), PARTS);
}

export function listOfFaults(text: string): FaultName[] {
  return listOf(text, FAULT_NAMES);
}

export const SCHEDULER_NAMES: readonly string[] = Object.keys(SCHEDULERS);

export function listOfSchedulers(text: string): string[] {
  return text === 'all' ? [...SCHEDULER_NAMES] : listOf(text, SCHEDULER_NAMES);
}

export function integerFrom(lowest: number, highest: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= lowest && value <= highest) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${lowest} to ${highest}.`);
  };
}

/** `2/3`: the second of three shares of the work. */
export function shardOf(text: string): Shard {
  const [index, of] = /^(\d+)\/(\d+)$/.exec(text)?.slice(1).map(Number) ?? [];
  if (index !== undefined && of !== undefined && index >= 1 && index <= of) return { index, of };
  throw new InvalidArgumentError('Expected a shard such as 1/3: the first of three.');
}

/** `2`, `1.5` or `500ms`, in milliseconds. */
export function duration(text: string): number {
  return timeIn(text, { ms: 1, s: 1_000 }, 'Expected a time such as 2, 1.5s or 500ms.');
}

/** `1h`, `30m`, `90s` or `90`, in milliseconds. */
export function longDuration(text: string): number {
  return timeIn(text, { s: 1_000, m: 60_000, h: 3_600_000 }, 'Expected a time such as 1h, 30m or 90s.');
}

/** Seconds where no unit is given. */
function timeIn(text: string, msPerUnit: Readonly<Record<string, number>>, expected: string): number {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)([a-z]+)?$/.exec(text) ?? [];
  const value = Number(number) * (Object.hasOwn(msPerUnit, unit) ? (msPerUnit[unit] as number) : 0);
  if (value > 0) return value;
  throw new InvalidArgumentError(expected);
}

export function listOfWeights(text: string): number[] {
  const weights = text.split(',').map(integerFrom(0, 65_535));
  if (weights.some((weight) => weight > 0)) return weights;
  throw new InvalidArgumentError('At least one weight must be above 0.');
}

export function collect(text: string, before: string[]): string[] {
  return [...before, ...text.split(',').filter((part) => part !== '')];
}

function listOf<T extends string>(text: string, known: readonly T[]): T[] {
  const chosen = text.split(',');
  const unknown = chosen.find((one) => !known.some((name) => name === one));
  if (unknown === undefined) return known.filter((name) => chosen.includes(name));
  throw new InvalidArgumentError(`There is no "${unknown}"; choose from ${known.join(', ')}.`);
}
