import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { historyOf } from '../../harness/gate/history/history.ts';
import { historyPage } from '../../reports/html/history.ts';
import { writeReports } from '../../reports/reporters.ts';
import type { CaseResult, Result } from '../../reports/result.ts';
import { gatedResult } from '../harness/gate/results.ts';
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

/** The page of trends over six runs, of which the last three were slower. Its path. */
export function trendsPage(): string {
  const directory = mkdtempSync(join(tmpdir(), 'lvs-lab-page-'));
  made.push(directory);
  const results = Array.from({ length: 6 }, (_, i) => {
    const result = gatedResult({ seed: i + 1, speed: { ts: i < 3 ? 1 : 0.5 } });
    const run = { ...result.run, id: `run-${i + 1}`, startedAt: `2026-03-0${i + 1}T12:00:00.000Z` };
    return { ...result, run };
  });
  const file = join(directory, 'trends.html');
  writeFileSync(file, historyPage(historyOf({ results, unreadable: 0 }, { last: 100 })));
  return file;
}
