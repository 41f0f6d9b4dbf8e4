/**
 * The ladders of cases that passed: nine tenths of what a run has to say, and looked at last. They lie in a file of their
 * own beside the result, so that the result stays small enough to be opened, mailed and compared.
 */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { type Result, type Rung, SCHEMA_VERSION } from './result.ts';
import { rung } from './result-case.ts';
import { writeFileAtomically } from './write-file.ts';

const fileBeside = (resultPath: string) => join(dirname(resultPath), 'ladders.json');

const laddersSchema = z.strictObject({
  format: z.literal('lvs-lab ladders'),
  schemaVersion: z.literal(SCHEMA_VERSION),
  /** Id of the run that they belong to. */
  run: z.string(),
  /** By the number of the case in the result, from 0. */
  ladders: z.record(z.string().regex(/^\d+$/), z.array(rung)),
});

/** Writes the ladders of passed cases beside a result. @returns the result without them, as it goes into its file. */
export async function putLaddersBeside(resultPath: string, result: Result): Promise<Result> {
  const lines: string[] = [];
  const cases = result.cases.map((item, number) => {
    const { flow, status } = item;
    if (status !== 'passed' || flow === undefined || flow.rungs.length === 0) return item;
    lines.push(`"${number}": [\n${flow.rungs.map((one) => JSON.stringify(one)).join(',\n')}\n]`);
    return { ...item, flow: { ...flow, rungs: [], beside: flow.rungs.length } };
  });
  if (lines.length === 0) return result;
  const head = `{"format": "lvs-lab ladders", "schemaVersion": ${SCHEMA_VERSION}, "run": ${JSON.stringify(result.run.id)},`;
  await writeFileAtomically(fileBeside(resultPath), `${head}\n"ladders": {\n${lines.join(',\n')}\n}}\n`);
  return { ...result, cases };
}

/**
 * A result with the ladders that lie beside it. Where the file is missing, was cut or belongs to another run, packets are
 * counted only: a result can be used without its ladders.
 */
export async function withLaddersBeside(resultPath: string, result: Result): Promise<Result> {
  if (!result.cases.some(({ flow }) => flow?.beside !== undefined)) return result;
  const ladders = await laddersOf(fileBeside(resultPath), result.run.id);
  return {
    ...result,
    cases: result.cases.map((item, number) => {
      if (item.flow?.beside === undefined) return item;
      const { beside, ...flow } = item.flow;
      const rungs = ladders[number];
      return { ...item, flow: rungs ? { ...flow, rungs } : { ...flow, leftOut: flow.leftOut + beside } };
    }),
  };
}

async function laddersOf(path: string, run: string): Promise<Readonly<Record<number, Rung[]>>> {
  try {
    const read = laddersSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    return read.run === run ? read.ladders : {};
  } catch {
    return {};
  }
}
