/** The conformance report of each director: small enough to be published, and read by programs that compare many. */
import { z } from 'zod';
import type { CaseResult, Result } from '../result.ts';
import { isUnsupported } from '../tables/directors.ts';

const counts = z.strictObject({
  /** `passed`: all that were played hold. `untested`: none was played. */
  result: z.enum(['passed', 'failed', 'untested']),
  passed: z.int().nonnegative(),
  failed: z.int().nonnegative(),
  /** Could not be judged. */
  error: z.int().nonnegative(),
  /** Need what the director does not declare. */
  unsupported: z.int().nonnegative(),
  /** Skipped for another reason. */
  skipped: z.int().nonnegative(),
});

export const conformanceSchema = z.strictObject({
  format: z.literal('lvs-lab conformance'),
  schemaVersion: z.literal(1),
  suite: z.strictObject({ name: z.literal('lvs-lab'), version: z.string() }),
  date: z.iso.datetime(),
  kernel: z.string(),
  /** Makes the same run again. */
  command: z.string(),
  verdict: z.string(),
  directors: z.array(
    z.strictObject({
      name: z.string(),
      description: z.string(),
      version: z.string().optional(),
      url: z.string().optional(),
      /** Absent for this repository’s own where it was not asked. */
      features: z.array(z.string()).optional(),
      /** Why it could not run. */
      unavailable: z.string().optional(),
      all: counts,
      /** Cases that need core features alone, and the others. Absent where it was not asked what cases need. */
      core: counts.optional(),
      extended: counts.optional(),
      /** Ids of the cases that do not hold. */
      failed: z.array(z.string()),
      /** Why cases were skipped, and how many. */
      skipped: z.array(z.strictObject({ reason: z.string(), cases: z.int().positive() })),
    }),
  ),
});

export type ConformanceDocument = z.infer<typeof conformanceSchema>;
type Counts = z.infer<typeof counts>;
type Director = Result['directors'][number];

export function conformanceOf({ run, verdict, directors, cases }: Result): ConformanceDocument {
  return {
    format: 'lvs-lab conformance',
    schemaVersion: 1,
    suite: { name: 'lvs-lab', version: run.version },
    date: run.startedAt,
    kernel: run.machine.kernel,
    command: run.command,
    verdict: verdict.status,
    directors: directors.map((director) => {
      const own = cases.filter((item) => item.director === director.name);
      const { name, description, version, url, features, reason } = director;
      return {
        name,
        description,
        ...(version !== undefined && { version }),
        ...(url !== undefined && { url }),
        ...(features && { features }),
        ...(reason !== undefined && { unavailable: reason }),
        all: countsOf(own, director),
        ...(own.some(({ level }) => level !== undefined) && {
          core: countsOf(
            own.filter(({ level }) => level === 'core'),
            director,
          ),
          extended: countsOf(
            own.filter(({ level }) => level === 'extended'),
            director,
          ),
        }),
        failed: [...new Set(own.flatMap(({ id, status }) => (status === 'failed' ? [id] : [])))],
        skipped: skippedOf(own),
      };
    }),
  };
}

function countsOf(cases: readonly CaseResult[], { features }: Director): Counts {
  const count = (status: CaseResult['status']) => cases.filter((item) => item.status === status).length;
  const [passed, failed, error] = [count('passed'), count('failed'), count('error')];
  const unsupported = cases.filter((item) => isUnsupported(item, features)).length;
  return {
    result: failed + error > 0 ? 'failed' : passed > 0 ? 'passed' : 'untested',
    passed,
    failed,
    error,
    unsupported,
    skipped: count('skipped') - unsupported,
  };
}

function skippedOf(cases: readonly CaseResult[]): ConformanceDocument['directors'][number]['skipped'] {
  const skipped = cases.filter(({ status }) => status === 'skipped');
  return [...Map.groupBy(skipped, ({ reason = 'no reason was given' }) => reason)]
    .map(([reason, own]) => ({ reason, cases: own.length }))
    .sort((a, b) => b.cases - a.cases);
}
