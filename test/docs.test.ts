/** What the documents say is held against the program: a command, a scheduler or an exit code that is not there any more fails here. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { SCHEDULERS } from '../director/index.ts';
import { COLLECT_COMMAND } from '../harness/diagnosis/host-facts.ts';
import { columnsOf } from '../reports/columns.ts';
import { LIMITS } from '../reports/limits.ts';
import { EXIT_CODES } from '../reports/result.ts';
import { DEFINITIONS } from '../scenarios/fairness/figures/definitions.ts';
import { FEATURES } from '../scenarios/features.ts';
import { lvsLabHere } from './harness/command-line.ts';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const MAX_README_LINES = 150;

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'examples/README.md',
  ...readdirSync(join(PROJECT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const read = (page: string) => readFileSync(join(PROJECT, page), 'utf8');

/** First column of the rows of a Markdown table, without its code marks. */
function firstColumn(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => (line.split('|')[1] as string).trim().replaceAll('`', ''));
}

/** As GitHub makes them of headings. */
function anchorsOf(page: string): string[] {
  return read(page)
    .split('\n')
    .flatMap((line) => /^#+ (.*)$/.exec(line)?.[1] ?? [])
    .map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w\s-]/g, '')
        .replaceAll(' ', '-'),
    );
}

describe('the documents', () => {
  it('have a README that is read in one sitting', () => {
    expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(MAX_README_LINES);
  });

  it.each(pages)('%s links to pages and headings that are there', (page) => {
    for (const [, target = ''] of read(page).matchAll(/\]\((?!https?:)([^)]+)\)/g)) {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      expect(existsSync(join(PROJECT, file)), `${target} in ${page}`).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(file), `${target} in ${page}`).toContain(anchor);
    }
  });

  it.each(pages)('%s names files of the project that are there', (page) => {
    const folders = 'director|native|lab|scenarios|harness|reports|statistics|gate|test|examples|docs|bin';
    for (const [, file = ''] of read(page).matchAll(new RegExp(`\`((?:${folders})/[\\w./-]*)\``, 'g'))) {
      // NAME stands for what a recipe adds; results are not of the project.
      if (file.includes('NAME') || file.startsWith('reports/out/')) continue;
      expect(existsSync(join(PROJECT, file)), `${file} in ${page}`).toBe(true);
    }
  });

  it('name commands and options that the command line has', async () => {
    const { stdout } = await lvsLabHere('--help');
    const commands = new Set(pages.flatMap((page) => usedIn(read(page)).map(({ command }) => command)));
    for (const command of commands) expect(stdout).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'));
    for (const command of commands) {
      const { stdout: help } = await lvsLabHere(command, '--help');
      const options = pages.flatMap((page) =>
        usedIn(read(page)).flatMap((used) => (used.command === command ? used.options : [])),
      );
      for (const option of options) expect(help, `lvs-lab ${command} --help`).toContain(option);
    }
  });

  it('describe every scheduler, exit code, figure and feature', () => {
    expect(firstColumn(read('docs/schedulers.md'))).toEqual(expect.arrayContaining(Object.keys(SCHEDULERS)));
    expect(firstColumn(read('docs/verdicts.md'))).toEqual(
      expect.arrayContaining(Object.values(EXIT_CODES).map(String)),
    );
    for (const [name, definition] of Object.entries(DEFINITIONS)) {
      expect(read('docs/figures.md')).toContain(`| \`${name}\` | ${definition.replaceAll('|', '\\|')} |`);
    }
    for (const [feature, { what }] of FEATURES) {
      const name = feature.replace(/^(scheduler|order)\/.*/, '$1/NAME');
      expect(read('docs/directors.md')).toContain(`\`${name}\``);
      if (name === feature) expect(read('docs/directors.md')).toContain(`| \`${feature}\` | ${what}`);
    }
    for (const [limit, meaning] of Object.entries(LIMITS)) {
      expect(read('docs/figures.md')).toContain(`| \`${limit}\` | ${meaning} |`);
    }
  });
});

describe('the help of every command', () => {
  /** Printed as the kernel's users know it, to the letter. */
  const AS_IPVSADM = 'ipvsadm';

  it('fits a terminal of 80 columns, and has an example', async () => {
    const { stdout } = await lvsLabHere('--help');
    const commands = [...stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, name = '']) => name);
    const own = commands.filter((name) => name !== AS_IPVSADM && name !== 'help');
    expect(own.length).toBeGreaterThan(15);
    for (const words of [...own.map((name) => [name]), ['lab', 'list'], ['lab', 'remove']]) {
      const { stdout: help } = await lvsLabHere(...words, '--help');
      // One is there to be copied whole.
      const lines = help.split('\n').filter((line) => !line.includes(COLLECT_COMMAND));
      expect(
        lines.filter((line) => columnsOf(line) > 80),
        words.join(' '),
      ).toEqual([]);
      const example = new RegExp(`^Examples?.*:\n(?: .*\n)*? +.*lvs-lab ${words[0]}`, 'm');
      if (words.length === 1) expect(help, words[0]).toMatch(example);
    }
  });
});

/** Commands of the command line as a page shows them, each with its options. */
function usedIn(text: string): { readonly command: string; readonly options: readonly string[] }[] {
  const shown = [...text.matchAll(/lvs-lab ([a-z]+)((?: [^\n`|]*)?)/g)];
  return shown.map(([, command = '', rest = '']) => ({
    command,
    options: [...rest.matchAll(/(?<= )--[a-z-]+/g)].map(([option]) => option),
  }));
}
