import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeReports } from '../../reports/reporters.ts';
import type { CaseResult, Result } from '../../reports/result.ts';
import { writePcaps } from '../reports/full/pcap.ts';
import { sampleResult } from '../reports/full/result.ts';

/** One of everything that a page can show, so that nothing has to be looked at a hundred times. */
export function oneOfEach(): Result {
  const sample = sampleResult();
  const packets = ({ flow }: CaseResult) => flow?.rungs.length ?? 0;
  const played = sample.cases.filter((item) => packets(item) > 0).sort((a, b) => packets(a) - packets(b));
  const first = (status: CaseResult['status']) => played.filter((item) => item.status === status).slice(0, 1);
  const live = sample.cases.filter(({ flow, id }) => flow === undefined && /silence|reply/.test(id));
  return {
    ...sample,
    cases: [...first('failed'), ...first('passed'), ...live],
    fairness: sample.fairness.filter(({ situation, mode }) => situation === 'speeds' && mode === 'nat'),
    throughput: sample.throughput.filter(({ measure }) => measure === 'latency'),
    mutants: sample.mutants.slice(2, 4),
  };
}

const made: string[] = [];

/** Removes all pages that were made. */
export function removePages(): void {
  for (const directory of made) rmSync(directory, { recursive: true, force: true });
}

/** The report page of a result with all captures of its cases beside it, as a run leaves it. Resolves with its path. */
export async function pageOf(result: Result): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'lvs-lab-page-'));
  made.push(directory);
  writePcaps(result, directory);
  const file = join(directory, 'report.html');
  const context = { resultDirectory: directory, stdout: process.stdout, environment: {} };
  for (const one of await writeReports(result, [{ name: 'html', file }], context)) {
    if ('error' in one) throw one.error;
  }
  return file;
}
