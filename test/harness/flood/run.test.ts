import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recordFloods } from '../../../harness/flood/run.ts';
import { RunRecorder } from '../../../harness/run/recorder.ts';
import { listLabs } from '../../../lab/index.ts';
import { createTerminal } from '../../../reports/terminal.ts';
import { temporaryRunDirectory } from '../../lab/fixtures/traces.ts';
import { describeAsRoot } from '../../root.ts';

const PATIENCE_MS = 120_000;
const ESTABLISHED = 10;
const SYNS = 6_000;

describeAsRoot('a flood of SYNs', () => {
  let directory: Awaited<ReturnType<typeof temporaryRunDirectory>>;
  beforeAll(async () => {
    directory = await temporaryRunDirectory();
  });
  afterAll(() => directory[Symbol.asyncDispose]());

  it(
    'fills the table up to its bound, takes no established connection its answers, and leaves nothing behind',
    async () => {
      const silent = new PassThrough() as unknown as NodeJS.WriteStream;
      const terminal = createTerminal(silent, silent, {});
      const recorder = new RunRecorder({ outDirectory: directory.path, command: 'flood', seed: 1 }, terminal);
      await recorder.open();
      const load = {
        frames: SYNS,
        framesPerSecond: 6_000,
        established: ESTABLISHED,
        calmMs: 500,
        drainMs: 0,
      };
      const options = { modes: ['nat'] as const, ...load, settings: ['conn_max=4000'], seed: 1 };
      await recordFloods(recorder, options, { isInterrupted: false });
      expect(recorder.cases.find(({ id }) => id === 'nat/flood/established')).toMatchObject({
        status: 'passed',
        examined: ESTABLISHED,
      });
      const [flood] = recorder.figures.floods ?? [];
      const most = Math.max(...(flood?.phases.map(({ mostConnections }) => mostConnections) ?? []));
      expect(most).toBeGreaterThan(1_000);
      expect(most).toBeLessThanOrEqual(4_000);
      expect(flood).toMatchObject({ id: 'flood/nat', established: ESTABLISHED, lost: 0 });
      const own = (await listLabs()).filter(({ runDirectory }) => runDirectory.startsWith(directory.path));
      expect(own).toEqual([]);
    },
    PATIENCE_MS,
  );
});
