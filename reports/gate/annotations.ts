/** The gate's report as workflow commands of GitHub, which shows them on the run's page. */
import { counted } from '../../statistics/number-text.ts';
import { annotation } from '../github.ts';
import { fails, type GateReport } from './document.ts';
import { headline } from './words.ts';

/** GitHub shows ten errors of a step. */
const SHOWN = 9;

export function gateAnnotations(report: GateReport): string {
  const failing = report.comparisons.filter((one) => fails(one, report.strict));
  const left = failing.length - SHOWN;
  const lines = [
    ...report.reasons.map((reason) => annotation('error', 'Gate', reason)),
    ...failing
      .slice(0, SHOWN)
      .map(({ answer, key, sentence }) => annotation('error', `${answer}: ${key}`, sentence)),
    ...(left > 0
      ? [
          annotation(
            'error',
            headline(report),
            counted(
              left,
              'more is in the log and in the job summary.',
              'more are in the log and in the job summary.',
            ),
          ),
        ]
      : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
