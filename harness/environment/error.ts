import { CodedError } from '../../director/coded-error.ts';
import { EXIT_CODES } from '../../reports/result.ts';

/** The machine lacks something the project needs. The message says what, and the one thing to do next. */
export class EnvironmentMissingError extends CodedError {
  readonly code = 'ENVIRONMENT_MISSING';
  readonly exitCode = EXIT_CODES.environment;
}
