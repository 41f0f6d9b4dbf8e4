import type { Writable } from 'node:stream';
import { styleText } from 'node:util';
import type { Check } from './doctor.ts';

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
