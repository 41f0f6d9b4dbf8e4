import { CodedError } from '../coded-error.ts';

/** nftables refused: another director owns the table, or the kernel lacks the netdev ingress hook. */
export class KernelGuardError extends CodedError {
  readonly code = 'KERNEL_GUARD';
}
