import { CodedError } from '../director/coded-error.ts';

/**
 * Something a user of the lab can act on: the message says what was expected, what was seen, where, and what to
 * do next. Shown without a stack trace.
 */
export class LabError extends CodedError {
  readonly code = 'LAB';
}
