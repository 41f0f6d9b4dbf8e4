/** A director that runs, for what is tried on it. */
import type { LabHost } from '../../../lab/index.ts';
import type { RunningDirector } from '../../directors/director-under-test.ts';

/** A director that runs, on which host, and the program that gives it commands. */
export interface Life {
  readonly running: RunningDirector;
  readonly host: LabHost;
  readonly program: string;
  /** What it writes. */
  readonly logFile: string;
}
