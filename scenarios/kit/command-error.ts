/** A command of `ipvsadm` was refused. */
import { CodedError } from '../../director/coded-error.ts';

export class CommandError extends CodedError {
  readonly code = 'STAGE_REFUSED';
  readonly exitCode: number;

  /** @param message What the command said. */
  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}
