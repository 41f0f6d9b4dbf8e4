import { readFileSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { conformanceOf } from './conformance/document.ts';
import { yamlOf } from './conformance/yaml.ts';
import { annotations, appendJobSummary } from './github.ts';
import type { PagePlace } from './html/report.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';
import type { Result } from './result.ts';
import { resultText } from './result-text.ts';
import type { Output } from './terminal/screen.ts';
import { screenOf, summary } from './terminal.ts';
import { writeFileAtomically } from './write-file.ts';

/** Where reporters take from and give to. */
export interface ReportContext {
  /** Folder of the result file, to which its captures are relative. */
  readonly resultDirectory: string;
  readonly stdout: Output;
  /** GitHub names the file of its job summary here. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether the terminal’s summary has everything. */
  readonly verbose?: boolean;
}

interface Reporter {
  readonly description: string;
  /** One document, beside which nothing else may stand in the same place. */
  readonly isDocument: boolean;
  /** @param file Where it goes; stdout if absent. @param written Files that other reporters wrote. */
  readonly render: (
    result: Result,
    context: ReportContext,
    file: string | undefined,
    written: readonly string[],
  ) => string | Promise<string>;
}

const REPORTERS = {
  json: {
    description: 'the result file itself',
    isDocument: true,
    render: resultText,
  },
  html: {
    description: 'a page that opens offline',
    isDocument: true,
    render: async (result, context, file) => {
      // Charts take a while to load; who wants no page does not wait for them.
      const { renderHtml } = await import('./html/report.ts');
      return renderHtml(result, placeOf(context, file));
    },
  },
  md: {
    description: 'Markdown, for a pull request',
    isDocument: true,
    render: (result) => renderMarkdown(result),
  },
  junit: {
    description: 'JUnit XML, as CI systems read it',
    isDocument: true,
    render: renderJunit,
  },
  conformance: {
    description: 'YAML for publishing: each director, what it declares, core and extended results',
    isDocument: true,
    render: (result) => yamlOf(conformanceOf(result)),
  },
  github: {
    description: 'annotations and the job summary of GitHub Actions',
    isDocument: false,
    render: async (result, { environment }) => {
      await appendJobSummary(result, environment.GITHUB_STEP_SUMMARY);
      return annotations(result);
    },
  },
  terminal: {
    description: 'the summary that a terminal shows',
    isDocument: false,
    render: (result, { stdout, verbose = false }, file, written) =>
      summary(result, file === undefined ? screenOf(stdout) : PLAIN_SCREEN, written, { verbose }),
  },
} as const satisfies Record<string, Reporter>;

/** What a file is set for: no colours, lines of a usual length. */
const PLAIN_SCREEN = { columns: 100, paint: (_: unknown, text: string) => text };

export type ReporterName = keyof typeof REPORTERS;

/** Names with what each one makes, for help texts. */
export const REPORTER_DESCRIPTIONS: readonly (readonly [name: string, description: string])[] =
  Object.entries(REPORTERS).map(([name, { description }]) => [name, description]);

/** A report that is wanted: into a file, or onto stdout. */
export interface WantedReport {
  readonly name: ReporterName;
  readonly file?: string;
}

/** A report that was written (`file` absent: onto stdout), or why it was not. */
export type Reported =
  | { readonly name: string; readonly file?: string }
  | { readonly name: string; readonly file?: string; readonly error: Error };

/**
 * Reads `html=report.html` or `github`.
 *
 * @throws Error that names the reporters there are.
 */
export function parseReporter(text: string): WantedReport {
  const [name = '', ...rest] = text.split('=');
  const file = rest.join('=');
  if (!isReporterName(name)) {
    throw new Error(`There is no reporter "${name}"; choose from ${Object.keys(REPORTERS).join(', ')}.`);
  }
  if (rest.length > 0 && file === '') throw new Error(`No file was named after "${name}=".`);
  return rest.length > 0 ? { name, file } : { name };
}

/** Why these reports cannot all be written, in a sentence; undefined if they can. */
export function reportersClash(wanted: readonly WantedReport[]): string | undefined {
  const onStdout = wanted.filter(({ file }) => file === undefined);
  const document = onStdout.find(({ name }) => REPORTERS[name].isDocument);
  if (document !== undefined && onStdout.length > 1) {
    const others = onStdout.filter((one) => one !== document).map(({ name }) => name);
    return `Only one of ${document.name} and ${others.join(', ')} can go to stdout: give the other a file, such as ${document.name}=report.${document.name}.`;
  }
  const files = wanted.flatMap(({ file }) => (file === undefined ? [] : [resolve(file)]));
  const twice = files.find((file, index) => files.indexOf(file) !== index);
  return twice === undefined ? undefined : `Two reports cannot be written into one file: ${twice}.`;
}

/** Writes every wanted report, files first. One that fails is named with its error and stops no other. */
export async function writeReports(
  result: Result,
  wanted: readonly WantedReport[],
  context: ReportContext,
): Promise<Reported[]> {
  const reported: Reported[] = [];
  const filesFirst = [...wanted].sort((a, b) => Number(a.file === undefined) - Number(b.file === undefined));
  for (const one of filesFirst) {
    const written = reported.flatMap((done) =>
      'error' in done || done.file === undefined ? [] : [done.file],
    );
    reported.push(await writeOne(result, one, context, written));
  }
  return reported;
}

async function writeOne(
  result: Result,
  wanted: WantedReport,
  context: ReportContext,
  written: readonly string[],
): Promise<Reported> {
  const { name, file } = wanted;
  try {
    const reporter: Reporter = REPORTERS[name];
    const text = await reporter.render(result, context, file, written);
    if (file === undefined) context.stdout.write(text);
    else await writeFileAtomically(file, text);
    return wanted;
  } catch (error) {
    return { ...wanted, error: error instanceof Error ? error : new Error(String(error)) };
  }
}

function isReporterName(name: string): name is ReporterName {
  return Object.hasOwn(REPORTERS, name);
}

/** How a page finds the files beside the result: by a relative path from where it will lie. */
function placeOf({ resultDirectory }: ReportContext, file: string | undefined): PagePlace {
  const path = file === undefined ? '' : relative(dirname(file), resultDirectory);
  return { linkPrefix: path === '' ? '' : `${path}/`, read: (name) => readBeside(resultDirectory, name) };
}

/** A file beside the result; nothing for a path that leads out of its folder, links included, or to nothing. */
function readBeside(directory: string, name: string): Uint8Array | undefined {
  if (isAbsolute(name) || name.includes('\0')) return undefined;
  try {
    const path = realpathSync(join(directory, name));
    if (/^\.\.(\/|$)/.test(relative(realpathSync(directory), path))) return undefined;
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
