import { chmodSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { systemPath } from './harness/environment/system-path.ts';
import { LongestFirst } from './test/longest-first.ts';
import { SkippedReporter } from './test/skipped-reporter.ts';

// Workers, and the programs that tests start, keep what Node has compiled for each other.
const compiled = fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url));
mkdirSync(compiled, { recursive: true });
// Node keeps a folder for each user in it; tests start programs as an ordinary user too.
chmodSync(compiled, 0o1777);
process.env.NODE_COMPILE_CACHE ??= compiled;

const reporters = ['default', new SkippedReporter()];

/** These have a process each: they measure its heap, or have whole runs in it, which handle its signals. */
const ALONE = [
  'test/director/allocation.test.ts',
  'test/harness/micro/allocation.test.ts',
  'test/harness/bench/{breaks,endings,results}.test.ts',
  'test/harness/commands/*.test.ts',
  'test/harness/conformance/netns-*.test.ts',
  'test/harness/live/*.test.ts',
  'test/harness/throughput/run.test.ts',
  'test/packaging/*.test.ts',
];

export default defineConfig({
  // Examples import the project as its users do, and get the sources.
  ssr: { resolve: { conditions: ['lvs-lab-source', 'module', 'node', 'import'] } },
  test: {
    // Processes, not threads: a test may enter network namespaces and start programs of its own.
    pool: 'forks',
    // Files that build networks wait for half of their time: three at a time keep two processors busy. In CI, on machines
    // that others use too, two leave more time to what goes by real time.
    maxWorkers: process.env.CI ? 2 : 3,
    sequence: { sequencer: LongestFirst },
    testTimeout: 30_000,
    hookTimeout: 30_000,
    expect: { poll: { timeout: 20_000 } },
    // What is printed depends on where it is; tests say it themselves.
    env: { PATH: systemPath(), GITHUB_ACTIONS: '' },
    reporters: process.env.CI ? [...reporters, 'json'] : reporters,
    // `.ci/run` counts from it.
    outputFile: { json: 'reports/out/tests.json' },
    projects: [
      {
        extends: true,
        // One process for many files: what they import is loaded once.
        test: {
          name: 'shared',
          include: ['test/**/*.test.ts', 'examples/*.test.ts'],
          exclude: ALONE,
          isolate: false,
        },
      },
      // Whole runs, on a machine that may be busy with others.
      { extends: true, test: { name: 'alone', include: ALONE, testTimeout: 120_000, hookTimeout: 120_000 } },
    ],
  },
});
