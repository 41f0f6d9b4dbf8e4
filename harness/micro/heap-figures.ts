/** The heap that packets take, for a result: measured in a process in which nothing else goes on. */
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';
import { type MicroFigure, micro } from '../../reports/result-figures.ts';

const PROGRAM = fileURLToPath(new URL('allocation-child.ts', import.meta.url));

const outputSchema = z.array(micro.omit({ deterministic: true }));

/** @throws Error where the program does not end well: its own words say why. */
export async function heapFigures(): Promise<MicroFigure[]> {
  const { stdout, stderr, exitCode } = await execa(process.execPath, [PROGRAM], { reject: false });
  if (exitCode !== 0) throw new Error(`the heap of packets was not measured: ${stderr}`);
  return outputSchema.parse(JSON.parse(stdout)).map((figure) => ({ ...figure, deterministic: true }));
}
