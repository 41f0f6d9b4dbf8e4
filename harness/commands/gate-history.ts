/** `lvs-lab gate --history`: trends over many runs instead of one run against a baseline. */
import { appendFile } from 'node:fs/promises';
import { printableJson } from '../../director/shown-text.ts';
import { historyAnnotations, historyMarkdown } from '../../reports/gate/history-github.ts';
import { historyText } from '../../reports/gate/history-terminal.ts';
import { historyPage } from '../../reports/html/history.ts';
import { screenOf } from '../../reports/terminal.ts';
import { writeFileAtomically } from '../../reports/write-file.ts';
import { directorsIn } from '../gate/gate.ts';
import { historyOf } from '../gate/history/history.ts';
import { readHistory } from '../gate/history/read-history.ts';
import { refuseUntested } from './director-option.ts';

export interface HistoryFlags {
  /** Folder with the results of runs. */
  readonly history: string;
  readonly last: number;
  /** Only these; all that the last run measured if absent. */
  readonly directors?: readonly string[];
  /** Where the page is to be written. */
  readonly html?: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** Resolves with the exit code. */
export async function gateHistory(flags: HistoryFlags): Promise<number> {
  const { history, last, directors, html, json = false, verbose = false } = flags;
  const found = await readHistory(history);
  refuseUntested(directors, new Set(found.results.flatMap((result) => [...directorsIn(result)])));
  const report = historyOf(found, { last, ...(directors && { directors }) });
  if (html !== undefined) await writeFileAtomically(html, historyPage(report));
  process.stdout.write(
    json ? printableJson(report) : historyText(report, screenOf(process.stdout), { verbose }),
  );
  const { GITHUB_STEP_SUMMARY: summary, GITHUB_ACTIONS: isActions } = process.env;
  if (summary !== undefined && summary !== '') await appendFile(summary, historyMarkdown(report));
  if (isActions === 'true' && !json) process.stdout.write(historyAnnotations(report));
  return report.exitCode;
}
