/** Why a change of rules is refused, as the kernel's IPVS says it. */
export type RuleErrno = 'EEXIST' | 'EINVAL' | 'ENOENT' | 'ERANGE' | 'ESRCH';

/** A change of rules that was refused. Nothing has been changed. */
export class RuleError extends Error {
  override readonly name = 'RuleError';
  readonly errno: RuleErrno;

  constructor(message: string, errno: RuleErrno = 'EINVAL') {
    super(message);
    this.errno = errno;
  }
}
