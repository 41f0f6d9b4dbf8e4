/** The ledger of expected failures: cases that are known not to hold, each with the reason. */
import { z } from 'zod';
import type { Comparison } from '../../reports/gate/document.ts';
import type { FoundFact } from './facts.ts';
import { readDocument } from './read-document.ts';

const entrySchema = z.strictObject({
  /** Id as a result has it: `nat/reply/source`, `fairness/weights/nat/wrr`; or one of several that share it, as the gate names them. */
  case: z.string().min(1),
  /** Why it fails and what is being done about it. */
  reason: z.string().min(1),
});

export const ledgerSchema = z.array(entrySchema).superRefine((entries, context) => {
  const seen = new Set<string>();
  for (const [at, entry] of entries.entries()) {
    if (seen.has(entry.case))
      context.addIssue({ code: 'custom', path: [at], message: `${entry.case} is there twice` });
    seen.add(entry.case);
  }
});

export type Ledger = z.infer<typeof ledgerSchema>;

/** @throws ResultFileError where it is no ledger. */
export function readLedger(path: string): Promise<Ledger> {
  return readDocument(
    path,
    ledgerSchema,
    'a list of expected failures',
    'Each entry is { "case": "nat/reply/source", "reason": "why it fails" }; a list without entries is [].',
  );
}

/** Entries for cases that the run does not have. */
export function unknownEntries(ledger: Ledger, found: readonly FoundFact[]): Comparison[] {
  const known = new Set(
    found.filter(({ fact }) => fact.status !== undefined).flatMap(({ id, key }) => [id, key]),
  );
  return ledger
    .filter((entry) => !known.has(entry.case))
    .map((entry) => ({
      section: 'ledger',
      key: entry.case,
      answer: 'no such case',
      sentence: `the ledger expects it to fail (${entry.reason}), and this run has no such case`,
    }));
}
