import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';

const CRUISER = fileURLToPath(new URL('../node_modules/.bin/depcruise', import.meta.url));
const RULES = fileURLToPath(new URL('../.dependency-cruiser.mjs', import.meta.url));

/** Imports against the rules, each with the rule that must name it. */
const WRONG: readonly (readonly [from: string, to: string, rule: string])[] = [
  ['scenarios/case.ts', 'harness/run.ts', 'scenarios-knows-only-what-is-below-it'],
  ['scenarios/case.ts', 'reports/report.ts', 'scenarios-knows-only-what-is-below-it'],
  ['reports/report.ts', 'harness/run.ts', 'reports-knows-only-what-is-below-it'],
  ['lab/lab.ts', 'scenarios/case.ts', 'lab-knows-only-what-is-below-it'],
  ['director/index.ts', 'lab/lab.ts', 'director-knows-only-what-is-below-it'],
  ['harness/run.ts', 'director/wire/ipv4.ts', 'director-by-its-public-face'],
  ['director/core.ts', 'director/io/socket.ts', 'core-without-system-calls'],
  ['director/services/first.ts', 'director/services/second.ts', 'no-circle-of-files'],
  ['director/services', 'director/schedulers', 'no-circle-of-the-directors-folders'],
];

/** The files of a tree, each with what it imports. */
const TREE: Readonly<Record<string, readonly string[]>> = {
  'scenarios/case.ts': ['harness/run.ts', 'reports/report.ts', 'lab/lab.ts'],
  'reports/report.ts': ['harness/run.ts'],
  'lab/lab.ts': ['scenarios/case.ts', 'director/index.ts'],
  'harness/run.ts': ['director/wire/ipv4.ts', 'director/index.ts', 'lab/lab.ts'],
  'director/index.ts': ['lab/lab.ts'],
  'director/core.ts': ['director/io/socket.ts'],
  'director/io/socket.ts': [],
  'director/wire/ipv4.ts': [],
  'director/services/first.ts': ['director/services/second.ts', 'director/schedulers/picks.ts'],
  'director/services/second.ts': ['director/services/first.ts'],
  'director/schedulers/picks.ts': [],
  'director/schedulers/weights.ts': ['director/services/second.ts'],
};

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

/** What the project's rules find in that tree. */
async function violations(): Promise<Violation[]> {
  const tree = await mkdtemp(join(tmpdir(), 'lvs-lab-arrows-'));
  try {
    for (const [file, imports] of Object.entries(TREE)) {
      const folder = dirname(join(tree, file));
      await mkdir(folder, { recursive: true });
      const lines = imports.map((other) => {
        const path = relative(folder, join(tree, other));
        return `import '${path.startsWith('.') ? path : `./${path}`}';\n`;
      });
      await writeFile(join(tree, file), `${lines.join('')}export {};\n`);
    }
    const folders = ['director', 'lab', 'scenarios', 'reports', 'harness'];
    const args = ['--config', RULES, '--output-type', 'json', ...folders];
    const { stdout } = await execa(CRUISER, args, { cwd: tree });
    return JSON.parse(stdout).summary.violations;
  } finally {
    await rm(tree, { recursive: true });
  }
}

describe('an import against the arrows between folders', () => {
  let found: Violation[];
  beforeAll(async () => {
    found = await violations();
  }, 60_000);

  it.each(WRONG)('fails the check: %s → %s by %s', (from, to, rule) => {
    const about = found.filter((violation) => violation.from === from && violation.to === to);
    expect(about.map(({ rule: { name } }) => name)).toContain(rule);
  });

  it('is told from those that are right', () => {
    const right = [
      'scenarios/case.ts lab/lab.ts',
      'lab/lab.ts director/index.ts',
      'harness/run.ts lab/lab.ts',
    ];
    const complaints = found
      .filter(({ rule }) => !rule.name.includes('circle'))
      .map(({ from, to }) => `${from} ${to}`);
    for (const one of right) expect(complaints).not.toContain(one);
  });
});
