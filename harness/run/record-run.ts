/** A run from its first step to its exit code: whatever happens on the way, a result and its reports are written. */
import { printable } from '../../director/shown-text.ts';
import { disposeAllLabs, disposeLabsOnSignals } from '../../lab/index.ts';
import { EXIT_CODES } from '../../reports/result.ts';
import type { Terminal } from '../../reports/terminal.ts';
import { EnvironmentMissingError } from '../environment/environment-missing-error.ts';
import { type RunOptions, RunRecorder } from './recorder.ts';
import { messageOf } from './result-folder.ts';
import { interruptedVerdict } from './verdict.ts';

/** Set once, and never reset. Whatever takes long checks it in between. */
export interface Interruption {
  readonly isInterrupted: boolean;
}

/**
 * Runs `work`, which fills the recorder, and writes the result. On a signal all labs are taken down, the result so far is
 * written, and the process ends.
 *
 * @returns the exit code. @throws EnvironmentMissingError where results cannot be written, or `work` lacks something.
 */
export async function recordRun(
  options: RunOptions,
  terminal: Terminal,
  work: (recorder: RunRecorder, interruption: Interruption) => Promise<void>,
): Promise<number> {
  const recorder = new RunRecorder(options, terminal);
  const interruption = { isInterrupted: false };
  using _signals = disposeLabsOnSignals(
    (signal) => endInterrupted(recorder, signal),
    (signal) => {
      interruption.isInterrupted = true;
      terminal.stopping(signal);
    },
  );
  await recorder.open();
  try {
    await work(recorder, interruption);
  } catch (error) {
    if (error instanceof EnvironmentMissingError) throw error;
    if (!interruption.isInterrupted) recorder.problems.push(messageOf(error));
  }
  // After a signal, `endInterrupted` writes the result and ends the process.
  if (interruption.isInterrupted) return new Promise(() => undefined);
  // A lab that cannot be taken down is no reason to lose the result.
  await disposeAllLabs().catch(say);
  return await recorder.finish(recorder.verdict);
}

/** Ends the process with the results so far, or with those of the whole run if they are being written already. */
async function endInterrupted(recorder: RunRecorder, signal: NodeJS.Signals): Promise<never> {
  const written = recorder.finish(interruptedVerdict(recorder.judged, signal));
  process.exit(
    await written.catch((error: unknown) => {
      say(error);
      return EXIT_CODES.interrupted;
    }),
  );
}

function say(error: unknown): void {
  process.stderr.write(printable(`lvs-lab: ${messageOf(error)}\n`));
}
