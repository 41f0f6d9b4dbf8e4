/** The ledger of what kernels are known to do otherwise than the catalogue says: `gate/expected-ipvs.json`. */
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { readDocument } from '../../gate/read-document.ts';

export const LEDGER_FILE = fileURLToPath(new URL('../../../gate/expected-ipvs.json', import.meta.url));

export const kernelLedgerSchema = z
  .array(
    z.strictObject({
      /** `nat/reply/source` */
      case: z.string().min(1),
      /** The kernels that do so: a release, `6.1.0-57-cloud-amd64`, or how releases begin, `6.1`. */
      kernel: z.string().min(1),
      /** What they do instead, and why the catalogue does not ask for that. */
      reason: z.string().min(1),
    }),
  )
  .superRefine((entries, context) => {
    const keys = entries.map((entry) => `${entry.case} on ${entry.kernel}`);
    for (const [at, key] of keys.entries()) {
      if (keys.indexOf(key) === at) continue;
      context.addIssue({ code: 'custom', path: [at], message: `${key} is there twice` });
    }
  });

export type KernelLedger = z.infer<typeof kernelLedgerSchema>;

/** @throws ResultFileError where it is no such ledger. */
export function readKernelLedger(file = LEDGER_FILE): Promise<KernelLedger> {
  return readDocument(
    file,
    kernelLedgerSchema,
    'a list of what kernels do otherwise',
    'Each entry is { "case": "nat/reply/source", "kernel": "6.1", "reason": "what it does instead" }; a list without entries is [].',
  );
}

/** What a kernel does otherwise, by the case that shows it. @param release As `uname -r` says it. */
export function differencesOf(ledger: KernelLedger, release: string): Map<string, string> {
  const own = ledger.filter(({ kernel }) => release === kernel || /^[.-]/.test(rest(release, kernel)));
  return new Map(own.map((entry) => [entry.case, entry.reason]));
}

/** What follows, where it begins so. */
function rest(release: string, beginning: string): string {
  return release.startsWith(beginning) ? release.slice(beginning.length) : '';
}
