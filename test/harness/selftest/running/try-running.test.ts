import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RIGHT_PROGRAMS } from '../../../../harness/selftest/mutant-program.ts';
import { mutants } from '../../../../harness/selftest/mutants/index.ts';
import { tryFrames } from '../../../../harness/selftest/running/frames-beside.ts';
import { tryAsProcess } from '../../../../harness/selftest/running/try-mutant.ts';
import { tryRunning } from '../../../../harness/selftest/running/try-running.ts';
import { describeAsRoot } from '../../../root.ts';

const LIMIT_MS = 120_000;

describeAsRoot('a director that runs', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lvs-lab-running-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it(
    'passes what is tried on it if it is the right one',
    async () => {
      const { killed, cases } = await tryRunning(RIGHT_PROGRAMS, { seed: 1, directory });
      expect(killed).toBeUndefined();
      expect(cases).toBeGreaterThan(60);
    },
    LIMIT_MS,
  );

  it.each(['route-changes-unseen', 'descriptor-for-each-request'])(
    'is found out: %s',
    async (id) => {
      const wrong = mutants.find((one) => one.id === id)!;
      const { status, killedBy } = await tryAsProcess(wrong, { seed: 1, directory });
      expect(status).toBe('killed');
      expect(killedBy[0]?.id).toBe(`nat/${wrong.expected}`);
    },
    LIMIT_MS,
  );

  it(
    'has a fast path that sends what the core sends, and one that does not is found out',
    async () => {
      expect(await tryFrames(undefined, 1)).toBeUndefined();
      const wrong = { file: 'fast-path/check-packet.ts', before: 'COURSE.mtuBytes),', after: '0),' };
      expect(await tryFrames(wrong, 1)).toMatchObject({ id: 'fast-path/frames' });
    },
    LIMIT_MS,
  );
});
