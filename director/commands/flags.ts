/** Flags of the director's commands. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { CodedError } from '../coded-error.ts';

/** A command line that cannot be understood. */
export class UsageError extends CodedError {
  readonly code = 'DIRECTOR_USAGE';
}

/** @throws UsageError with one line that says what is wrong. */
export function flags<const Options extends NonNullable<ParseArgsConfig['options']>>(
  args: string[],
  options: Options,
) {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
