/** A director that runs, for what is tried on it. */
import type { LabHost } from '../../../lab/index.ts';
import type { RunningDirector } from '../../directors/director-under-test.ts';

/** Files of the programs that a user runs. */
export interface Programs {
  /** Takes the arguments of `lvs-lab director`. */
  readonly director: string;
  /** Takes many commands of the director and of `ipvsadm` (`batch.ts`). */
  readonly batch: string;
}

/** A director that runs, on which host, and the programs that give it commands. */
export interface Life {
  readonly running: RunningDirector;
  readonly host: LabHost;
  readonly programs: Programs;
  /** What it writes. */
  readonly logFile: string;
}
