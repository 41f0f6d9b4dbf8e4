import { defineConfig } from 'vitest/config';
import { systemPath } from './harness/environment/path.ts';
import { SkippedReporter } from './test/skipped-reporter.ts';

const reporters = ['default', new SkippedReporter()];

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Processes, not threads: a test may enter network namespaces and start programs of its own.
    pool: 'forks',
    // Files that build networks are heavy; two at a time suit two cores and still hide each other's waiting.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // What is printed depends on where it is; tests say it themselves.
    env: { PATH: systemPath(), GITHUB_ACTIONS: '' },
    reporters: process.env.CI ? [...reporters, 'json'] : reporters,
    // `.ci/run` counts from it.
    outputFile: { json: 'reports/out/tests.json' },
  },
});
