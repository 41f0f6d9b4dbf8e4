import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes the most seconds, the longest first; the order matters only for how soon both workers are done. */
const LONGEST = [
  'harness/commands/conformance',
  'harness/bench/breaks',
  'harness/bench/endings',
  'harness/throughput/run',
  'harness/live/fairness',
  'harness/bench/results',
  'browser/report-looks',
  'browser/report-page',
  'harness/fairness/detection',
  'harness/commands/flags',
  'harness/conformance/netns-player',
  'harness/conformance/netns-without-root',
  'lab/netns/ownership',
  'harness/gate/command',
  'scenarios/packets-damaged',
  'harness/replay/capture',
];

/**
 * Starts with the longest files, so that no worker is left alone with one at the end. Vitest remembers how long files
 * took, but only in node_modules, which a clean checkout begins without.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONGEST.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
      return at < 0 ? LONGEST.length : at;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
