import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { runInNamespace } from './namespace.ts';
import type { ProbeResult } from './outcome.ts';

const outcome = z.strictObject({ present: z.boolean(), detail: z.string() });
const answers = z.strictObject({ tcx: outcome, xdp: outcome, afXdp: outcome });

const PROGRAM = fileURLToPath(new URL('bpf-child.ts', import.meta.url));

let running: Promise<z.infer<typeof answers>> | undefined;

export const probeTcx = async (): Promise<ProbeResult> => (await askOnce()).tcx;
export const probeXdp = async (): Promise<ProbeResult> => (await askOnce()).xdp;
export const probeAfXdp = async (): Promise<ProbeResult> => (await askOnce()).afXdp;

/** One child answers for all three that ask at the same time. */
function askOnce(): Promise<z.infer<typeof answers>> {
  running ??= ask().finally(() => {
    running = undefined;
  });
  return running;
}

async function ask(): Promise<z.infer<typeof answers>> {
  const run = await runInNamespace(process.execPath, PROGRAM);
  if (run.present) return answers.parse(JSON.parse(run.stdout));
  const failed: ProbeResult = { present: false, detail: run.detail };
  return { tcx: failed, xdp: failed, afXdp: failed };
}
