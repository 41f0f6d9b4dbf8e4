import { join, relative } from 'node:path';
import { renderHtml } from './html/report.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';
import type { Result } from './result.ts';
import { writeFileAtomically } from './write-file.ts';

/** A report that was written, or why it was not. */
export type Rendered =
  | { readonly name: string; readonly file: string }
  | { readonly name: string; readonly error: Error };

export interface RenderOptions {
  /** Folder of the result file, to which its captures are relative; the reports' own folder if absent. */
  readonly resultDirectory?: string;
}

/** How links in a report find the files that lie beside the result: `''`, or `../run-7/`. */
export interface Place {
  readonly linkPrefix: string;
}

type Renderer = (result: Result, place: Place) => string;

const RENDERERS: Readonly<Record<string, Renderer>> = {
  'report.md': renderMarkdown,
  'report.html': renderHtml,
  'junit.xml': renderJunit,
};

/** Writes every report of a result into a folder. One that fails is named with its error and stops no other. */
export async function renderReports(
  result: Result,
  directory: string,
  options: RenderOptions = {},
): Promise<Rendered[]> {
  const path = relative(directory, options.resultDirectory ?? directory);
  const place: Place = { linkPrefix: path === '' ? '' : `${path}/` };
  return Promise.all(
    Object.entries(RENDERERS).map(([name, renderer]) => renderOne(name, renderer, result, place, directory)),
  );
}

async function renderOne(
  name: string,
  renderer: Renderer,
  result: Result,
  place: Place,
  directory: string,
): Promise<Rendered> {
  try {
    const file = join(directory, name);
    await writeFileAtomically(file, renderer(result, place));
    return { name, file };
  } catch (error) {
    return { name, error: error instanceof Error ? error : new Error(String(error)) };
  }
}
