/** The core's time for a packet, turn by turn, as results. */
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';
import type { Mode } from '../../lab/index.ts';
import { MODES } from '../../lab/modes.ts';
import type { ThroughputResult } from '../../reports/result-figures.ts';
import type { Measured } from '../../scenarios/throughput.ts';
import { geometricMean } from '../../statistics/geometric-mean.ts';
import { pairedRatio } from '../../statistics/interval.ts';
import { ownDirector } from '../directors/index.ts';
import type { CoreTime } from './core-process.ts';
import { headOf } from './results.ts';

const PROGRAM = fileURLToPath(new URL('core-process.ts', import.meta.url));
/** Name of the reference in results. */
const REFERENCE = 'checksum';

const timeSchema: z.ZodType<CoreTime> = z.object({ coreNs: z.number(), referenceNs: z.number() });

export async function measureCore(
  measure: Measured,
  mode: Mode,
  turns: number,
  { step, signal }: { readonly step: (text: string) => void; readonly signal?: AbortSignal },
): Promise<ThroughputResult[]> {
  const times: CoreTime[] = [];
  for (let turn = 1; turn <= turns; turn++) {
    signal?.throwIfAborted();
    step(`${mode}: ${measure.title}, turn ${turn} of ${turns}`);
    const { stdout } = await execa(process.execPath, [PROGRAM, MODES[mode].ipvsadmOption], {
      ...(signal && { cancelSignal: signal }),
    });
    times.push(timeSchema.parse(JSON.parse(stdout)));
  }
  const own = times.map(({ coreNs }) => coreNs);
  const references = times.map(({ referenceNs }) => referenceNs);
  const ratio = pairedRatio(own, references);
  return [
    {
      ...headOf(measure, mode, ownDirector.name),
      ...bodyOf(own),
      ratios: ratio ? [{ reference: REFERENCE, ratio }] : [],
    },
    { ...headOf(measure, mode, REFERENCE), ...bodyOf(references), ratios: [] },
  ];
}

function bodyOf(samples: number[]) {
  return {
    status: 'measured' as const,
    samples,
    geometricMean: geometricMean(samples),
    cpu: {},
    bottleneck: 'none',
  };
}
