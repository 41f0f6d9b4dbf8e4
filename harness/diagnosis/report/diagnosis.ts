/** All that is said about a site: what is wrong, what was looked at, what could not be judged. */
import type { OpenedCapture } from '../../../lab/captures/files/open-capture.ts';
import { EXIT_CODES, type Misconfiguration } from '../../../reports/result.ts';
import { diagnoseAll } from '../diagnose.ts';
import { clockRemarks } from '../remarks/clocks.ts';
import { fileRemarks } from '../remarks/files.ts';
import { offloadRemarks } from '../remarks/offloads.ts';
import { oneDirectionRemarks } from '../remarks/one-direction.ts';
import { pastTheServiceRemarks } from '../remarks/past-the-service.ts';
import type { Site } from '../site.ts';
import { SiteView } from '../view/site-view.ts';
import { type LookedAt, lookedAt } from './looked-at.ts';
import { missing } from './missing.ts';

export type DiagnosisVerdict =
  | 'misconfigured'
  /** Connections were seen that got their answers, and nothing wrong was found in them. */
  | 'healthy'
  /** No connection was seen that could be judged. */
  | 'not judged';

export interface Diagnosis {
  readonly verdict: DiagnosisVerdict;
  readonly found: readonly Misconfiguration[];
  readonly lookedAt: LookedAt;
  /** What could not be judged, and what would be needed for it. */
  readonly missing: readonly string[];
  /** What is odd about the captures, and no fault of the site. */
  readonly remarks: readonly string[];
}

export const EXIT_CODE_OF: Readonly<Record<DiagnosisVerdict, number>> = {
  healthy: EXIT_CODES.passed,
  misconfigured: EXIT_CODES.failed,
  'not judged': EXIT_CODES.untrusted,
};

/** @param remarks What is known of the captures already. @param leftOut Services that are not looked at. */
export function diagnosisOf(
  sites: readonly Site[],
  captures: readonly OpenedCapture[],
  remarks: readonly string[] = [],
  leftOut: readonly string[] = [],
): Diagnosis {
  const views = sites.map((site) => new SiteView(site));
  const found = views.flatMap(diagnoseAll);
  const seen = lookedAt(views, captures);
  return {
    verdict: found.length > 0 ? 'misconfigured' : seen.answered > 0 ? 'healthy' : 'not judged',
    found,
    lookedAt: seen,
    missing: [...(views.length > 0 ? missing(views, captures, found, seen) : []), ...leftOut],
    remarks: [
      ...new Set([
        ...remarks,
        ...captures.flatMap(fileRemarks),
        ...views.flatMap((view) => [
          ...offloadRemarks(view),
          ...clockRemarks(view),
          ...oneDirectionRemarks(view),
          ...pastTheServiceRemarks(view),
        ]),
      ]),
    ],
  };
}
