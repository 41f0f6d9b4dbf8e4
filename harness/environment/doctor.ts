import type { Writable } from 'node:stream';
import { styleText } from 'node:util';
import { EXIT_CODES } from '../../reports/result.ts';
import { cureFor } from './install.ts';
import { type Probed, probe } from './probe.ts';
import { isRequired, type Purpose, type Requirement, requirements } from './requirements.ts';

/** One line of what the doctor found. */
interface Check {
  readonly requirement: string;
  readonly kind: Requirement['kind'];
  readonly present: boolean;
  readonly required: boolean;
  /** False where it could not be tried, because a tool or a privilege is missing: then its absence says nothing. */
  readonly tried: boolean;
  /** Where it was found, how it works here, or what the system said when it was tried. */
  readonly detail: string;
  readonly usedFor: string;
  readonly neededFor: readonly Purpose[];
  /** What to do about it; absent where it is present. */
  readonly cure?: string;
}

interface DoctorOptions {
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

const TITLES: Readonly<Record<Check['kind'], string>> = {
  runtime: 'This process',
  command: 'Commands',
  kernel: 'Kernel',
};

/** The checks as a table for a terminal; in colour where the stream shows it and NO_COLOR is not set. */
export function renderChecks(checks: readonly Check[], stream: Writable): string {
  const paint = (format: Parameters<typeof styleText>[0], text: string) =>
    styleText(format, text, { stream });
  const nameWidth = Math.max(...checks.map((check) => check.requirement.length));
  const useWidth = Math.max(...checks.map((check) => check.usedFor.length));

  const mark = (check: Check): string => {
    if (check.present) return paint('green', '✓');
    return check.required ? paint('red', '✗') : paint('dim', '–');
  };
  const line = (check: Check): string => {
    const name = check.requirement.padEnd(nameWidth);
    return `  ${mark(check)} ${name}  ${check.usedFor.padEnd(useWidth)}  ${paint('dim', check.detail)}`;
  };

  const sections = Object.entries(TITLES).map(([kind, title]) =>
    [paint('bold', title), ...checks.filter((check) => check.kind === kind).map(line)].join('\n'),
  );
  return `${[...sections, conclusion(checks, paint)].join('\n\n')}\n`;
}

function conclusion(
  checks: readonly Check[],
  paint: (format: 'green' | 'red', text: string) => string,
): string {
  const absent = checks.filter((check) => !check.present);
  const missing = absent.filter((check) => check.required && check.tried);
  const notTried = absent.filter((check) => check.required && !check.tried);
  const lines = [
    names(paint('red', 'Missing'), missing),
    names(paint('red', 'Not tried'), notTried),
    names(
      'Optional and absent',
      absent.filter((check) => !check.required),
    ),
    ...new Set(missing.map((check) => check.cure)),
  ];
  if (missing.length + notTried.length === 0) lines.unshift(paint('green', 'Everything required is there.'));
  return lines.filter((line) => line !== undefined).join('\n');
}

function names(title: string, checks: readonly Check[]): string | undefined {
  if (checks.length === 0) return undefined;
  return `${title}: ${checks.map((check) => check.requirement).join(', ')}`;
}
