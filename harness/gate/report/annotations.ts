/** The gate's report as workflow commands of GitHub, which shows them on the run's page. */
import { fails } from '../comparison.ts';
import type { GateReport } from '../gate.ts';
import { headline } from './words.ts';

/** GitHub shows ten errors of a step. */
const SHOWN = 9;

export function gateAnnotations(report: GateReport): string {
  const failing = report.comparisons.filter((one) => fails(one, report.strict));
  const left = failing.length - SHOWN;
  const lines = [
    ...report.reasons.map((reason) => error('Gate', reason)),
    ...failing.slice(0, SHOWN).map(({ answer, key, sentence }) => error(`${answer}: ${key}`, sentence)),
    ...(left > 0
      ? [error('Gate', `${headline(report)}; ${left} more are in the log and the job summary`)]
      : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function error(title: string, message: string): string {
  return `::error title=${property(title)}::${data(message)}`;
}

/** As the runner unescapes it (actions/toolkit, `command.ts`). */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
