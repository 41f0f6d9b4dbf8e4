import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** Ends the run with every test that was skipped, by its full name, which says why. Nothing is skipped in silence. */
export class SkippedReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = modules.flatMap((module) => [...module.children.allTests('skipped')]);
    if (skipped.length === 0) return;
    process.stdout.write(`\nSkipped:\n${skipped.map(line).join('')}`);
  }
}

function line(test: TestCase): string {
  const result = test.result();
  const note = result.state === 'skipped' && result.note ? ` (${result.note})` : '';
  return `  ${test.module.relativeModuleId} > ${test.fullName}${note}\n`;
}
