import { CodedError } from '../../director/coded-error.ts';

/** Something happened after which no verdict can be believed, whatever the checks would say. Exit code 5. */
export class UntrustedError extends CodedError {
  readonly code = 'UNTRUSTED';
}
