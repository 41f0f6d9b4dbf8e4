import { CodedError } from '../../director/coded-error.ts';
import { EXIT_CODES } from '../../reports/result.ts';

/** The machine lacks something that the project needs. The message says what, and what to do about it. */
export class EnvironmentMissingError extends CodedError {
  readonly code = 'ENVIRONMENT_MISSING';
  readonly exitCode = EXIT_CODES.environment;
}
