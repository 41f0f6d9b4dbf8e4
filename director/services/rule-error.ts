import { CodedError } from '../coded-error.ts';

/** Why a change of rules is refused, as the kernel's IPVS says it. */
export type RuleErrno = 'EEXIST' | 'EINVAL' | 'ENOENT' | 'ERANGE' | 'ESRCH';

/** A change of rules that was refused. Nothing has been changed. */
export class RuleError extends CodedError {
  readonly code = 'RULE_REFUSED';
  readonly errno: RuleErrno;

  constructor(message: string, errno: RuleErrno = 'EINVAL') {
    super(message);
    this.errno = errno;
  }
}
