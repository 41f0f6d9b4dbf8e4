import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { mutants } from '../../../harness/selftest/mutants/index.ts';
import { CHANGE_VARIABLE, changed, directorSource } from '../../../harness/selftest/source-change.ts';

describe('the mutants', () => {
  it('are at least sixty, each with a name and a sentence of its own', () => {
    expect(mutants.length).toBeGreaterThanOrEqual(60);
    expect(new Set(mutants.map(({ id }) => id)).size).toBe(mutants.length);
    expect(new Set(mutants.map(({ sentence }) => sentence)).size).toBe(mutants.length);
    for (const { sentence } of mutants) expect(sentence).toMatch(/\.$/);
  });

  it.each(mutants.map((wrong) => [wrong.id, wrong] as const))(
    '%s changes one place of the source',
    (_, wrong) => {
      const source = readFileSync(directorSource(wrong.file), 'utf8');
      expect(changed(source, wrong)).not.toBe(source);
    },
  );
});

const CHANGE = new URL('../../../harness/selftest/source-change.ts', import.meta.url).href;
const LC = directorSource('schedulers/lc.ts').href;
const SERVERS =
  '[7, 8].map((id) => ({ id, eligible: true, weight: 1, activeConnections: 0, connections: 0 }))';
const PICK = `const { leastConnections } = await import(${JSON.stringify(LC)});
  console.log(leastConnections({ destinations: ${SERVERS}, flags: 0 }).pick().id);`;

function picked(change?: object) {
  return execa(process.execPath, ['--import', CHANGE, '--input-type=module', '--eval', PICK], {
    env: change === undefined ? {} : { [CHANGE_VARIABLE]: JSON.stringify(change) },
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    reject: false,
  });
}

describe('a change of the source', () => {
  const lastOfEquals = { file: 'schedulers/lc.ts', before: 'load < bestLoad', after: 'load <= bestLoad' };

  it('is made in the process that is told of it, and in no other', async () => {
    expect((await picked()).stdout).toBe('7');
    expect((await picked(lastOfEquals)).stdout).toBe('8');
  });

  it('that does not fit ends the process instead of leaving the director right', async () => {
    const { exitCode, stderr, stdout } = await picked({ ...lastOfEquals, before: 'no such text' });
    expect(exitCode).not.toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toContain('director/schedulers/lc.ts holds the text to be changed 0 times, expected once');
  });
});
