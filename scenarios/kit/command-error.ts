/** A command of `ipvsadm` was refused. */
import { CodedError } from '../../director/coded-error.ts';

export class CommandError extends CodedError {
  readonly code = 'STAGE_REFUSED';
  readonly exitCode: number;
  /** Numbers of the lines of `-R` that were refused, where the program says which. */
  readonly refusedLines: readonly number[] | undefined;

  /** @param message What the command said. */
  constructor(message: string, exitCode: number, refusedLines?: readonly number[]) {
    super(message);
    this.exitCode = exitCode;
    this.refusedLines = refusedLines;
  }
}
