/** What asks a director: its control socket, and the programs that a user has. */
import type { ControlClient } from '../../director/index.ts';

/** How a program has ended, and what it has printed. */
interface Ending {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly refusedLines?: readonly number[];
}

export interface StageControl {
  /** What the director's own commands ask by. */
  readonly client: ControlClient;
  /** Sends text over a connection of its own and ends it; resolves with the lines that have been answered when the director ends it too. */
  say(requests: string): Promise<string[]>;
  /** A client whose connections bring these answers and end, or fail. */
  clientOf(answers: string, error?: Error): ControlClient;
  /**
   * Runs a command of `ipvsadm`, `ipvsadm-save` or `ipvsadm-restore` to its end.
   * @param how With `isRunning: false` as where no director runs until a change is asked for.
   */
  run(command: string, how?: { readonly stdin?: string; readonly isRunning?: boolean }): Promise<Ending>;
  /** The same where nobody may be asked, for a reason. */
  forbidden(command: string, reason: string): Promise<Ending>;
}
