import { EXIT_CODES } from '../../reports/result.ts';

/** The machine lacks something the project needs. The message says what, and the one thing to do next. */
export class EnvironmentMissing extends Error {
  override readonly name = 'EnvironmentMissing';
  readonly exitCode = EXIT_CODES.environment;
}
