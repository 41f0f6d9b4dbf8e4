/** A director was asked for what it does not do. That is an answer, and no failure, unless it has declared it. */
import { CodedError } from '../../director/coded-error.ts';

export class UnsupportedError extends CodedError {
  readonly code = 'UNSUPPORTED';
}
