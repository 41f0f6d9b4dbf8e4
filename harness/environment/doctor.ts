import { printableJson } from '../../director/shown-text.ts';
import { wrap } from '../../reports/columns.ts';
import { EXIT_CODES } from '../../reports/result.ts';
import { type Table, tableOf } from '../../reports/table.ts';
import { type Output, type Screen, type Style, screenOf } from '../../reports/terminal/screen.ts';
import { tableLines } from '../../reports/terminal/table.ts';
import { cureFor } from './install.ts';
import { type Probed, probe } from './probe.ts';
import { isRequired, type Purpose, type Requirement, requirements } from './requirements.ts';

/** A line of the doctor's findings. */
interface Check {
  readonly requirement: string;
  readonly kind: Requirement['kind'];
  readonly present: boolean;
  readonly required: boolean;
  /** False if it could not be tried, because a tool or a privilege is missing; its absence then says nothing. */
  readonly tried: boolean;
  /** Where it was found, how it works here, or what the system said when it was tried. */
  readonly detail: string;
  readonly usedFor: string;
  readonly neededFor: readonly Purpose[];
  /** What to do about it, if it is not present. */
  readonly cure?: string;
}

interface DoctorOptions {
  /** One JSON document instead of the tables. */
  readonly json: boolean;
  readonly stdout?: Output;
}

/** Shows which of the project's requirements this machine meets. Installs nothing. Returns the exit code, 0 or 3. */
export async function doctor({ json, stdout = process.stdout }: DoctorOptions): Promise<number> {
  const checks = (await probe(requirements)).map(toCheck);
  const ok = checks.every((check) => check.present || !check.required);
  stdout.write(json ? printableJson({ ok, checks }) : renderChecks(checks, stdout));
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

/** The checks as tables for a terminal, in colour if the stream supports it and NO_COLOR is not set. */
export function renderChecks(checks: readonly Check[], stream: Output): string {
  const screen = screenOf(stream);
  const sections = Object.entries(TITLES).flatMap(([kind, title]) => {
    const own = checks.filter((check) => check.kind === kind);
    return own.length === 0 ? [] : [tableLines(checksTable(title, own), screen, 0)];
  });
  return `${[...sections, conclusion(checks, screen)].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function checksTable(title: string, checks: readonly Check[]): Table {
  return tableOf<Check>(
    [
      {
        heading: title,
        cell: ({ requirement, present, required }) => ({
          text: requirement,
          marks: [present ? 'passed' : required ? 'failed' : 'skipped'],
        }),
      },
      { heading: 'for', wraps: true, cell: ({ usedFor }) => usedFor },
      { heading: 'found', wraps: true, cell: ({ detail }) => ({ text: detail, emphasis: 'quiet' }) },
    ],
    checks,
  );
}

/** What is missing, by how much it matters, and the cures. These stay in one piece, to be copied. */
function conclusion(checks: readonly Check[], screen: Screen): string[] {
  const absent = checks.filter((check) => !check.present);
  const missing = absent.filter((check) => check.required && check.tried);
  const notTried = absent.filter((check) => check.required && !check.tried);
  const optional = absent.filter((check) => !check.required);
  const isComplete = missing.length + notTried.length === 0;
  return [
    ...(isComplete ? [screen.paint('green', 'Everything required is there.')] : []),
    ...named('Missing', missing, screen, 'red'),
    ...named('Not tried', notTried, screen, 'red'),
    ...named('Optional and absent', optional, screen),
    ...new Set(missing.flatMap(({ cure }) => cure ?? [])),
  ];
}

function named(title: string, checks: readonly Check[], screen: Screen, style?: Style): string[] {
  if (checks.length === 0) return [];
  const text = `${title}: ${checks.map((check) => check.requirement).join(', ')}`;
  const [first = '', ...others] = wrap(text, screen.columns - 2);
  const shown = style === undefined ? first : first.replace(title, (found) => screen.paint(style, found));
  return [shown, ...others.map((line) => `  ${line}`)];
}
