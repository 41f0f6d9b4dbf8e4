import { CodedError } from '../../director/coded-error.ts';

/** What was seen says nothing about the director: not what was to be sent has come to pass. The message says what. */
export class UnjudgedError extends CodedError {
  readonly code = 'NOT_JUDGED';
}
