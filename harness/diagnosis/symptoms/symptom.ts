/** One kind of misconfiguration, and how it is recognised. */
import type { Misconfiguration } from '../../../reports/result.ts';
import type { Site } from '../site.ts';

export interface Symptom {
  /** The name under which reports and `--break` know it. */
  readonly id: string;
  /** A pure function; empty where the site does not show it. */
  readonly find: (site: Site) => Misconfiguration[];
}

/** Packets shown for one misconfiguration. */
export const SHOWN_PACKETS = 3;
