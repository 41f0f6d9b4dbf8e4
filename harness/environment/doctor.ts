import type { Writable } from 'node:stream';
import { EXIT_CODES } from '../../reports/result.ts';
import { cureFor } from './cure.ts';
import { renderChecks } from './doctor-table.ts';
import { type Probed, probe } from './probe.ts';
import { isRequired, type Purpose, type Requirement, requirements } from './requirements.ts';

/** One line of what the doctor found. */
export interface Check {
  readonly requirement: string;
  readonly kind: Requirement['kind'];
  readonly present: boolean;
  readonly required: boolean;
  /** False where it could not be tried, for want of a tool or of rights: then its absence says nothing. */
  readonly tried: boolean;
  /** Where it was found, how it works here, or what the system said when it was tried. */
  readonly detail: string;
  readonly usedFor: string;
  readonly neededFor: readonly Purpose[];
  /** What to do about it; absent where it is present. */
  readonly cure?: string;
}

export interface DoctorOptions {
  /** One JSON document in place of the table. */
  readonly json: boolean;
  readonly stdout?: Writable;
}

/** Shows what of the project's requirements this machine meets. Installs nothing. Returns the exit code: 0 or 3. */
export async function doctor({ json, stdout = process.stdout }: DoctorOptions): Promise<number> {
  const checks = (await probe(requirements)).map(toCheck);
  const ok = checks.every((check) => check.present || !check.required);
  stdout.write(json ? `${JSON.stringify({ ok, checks }, undefined, 2)}\n` : renderChecks(checks, stdout));
  return ok ? EXIT_CODES.passed : EXIT_CODES.environment;
}

export function toCheck({ requirement, present, detail, untried }: Probed): Check {
  const { name, kind, usedFor, neededFor } = requirement;
  const found = { present, required: isRequired(requirement), tried: !untried, detail };
  const check = { requirement: name, kind, ...found, usedFor, neededFor };
  if (present) return check;
  return {
    ...check,
    cure: untried ? 'Install the commands and become root first, then look again' : cureFor(requirement),
  };
}
