import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { inUserNamespace } from '../../../harness/environment/namespaces.ts';
import { temporaryRunDirectory } from '../../lab/fixtures/traces.ts';
import { describeAsRoot } from '../../root.ts';

const CLI = fileURLToPath(new URL('../../../harness/cli.ts', import.meta.url));

describeAsRoot('the catalogue in a user namespace, where root has no rights over the machine', () => {
  it.each(['nat', 'dr', 'tun'])('is played around the running director: %s', async (mode) => {
    await using directory = await temporaryRunDirectory();
    const words = ['conformance', '--lab', 'netns', '--mode', mode, '--grep', `${mode}/mtu`, `${mode}/local`];
    const [file, ...rest] = inUserNamespace(process.execPath, CLI, ...words, '--out', directory.path);
    const { exitCode, stdout, stderr } = await execa(file, rest, { reject: false });
    expect({ exitCode, said: exitCode === 0 ? '' : stdout + stderr }).toEqual({ exitCode: 0, said: '' });
    const result = JSON.parse(await readFile(join(directory.path, 'latest', 'result.json'), 'utf8'));
    const played = result.cases.filter(({ status }: { status: string }) => status === 'passed');
    expect(played.length).toBeGreaterThan(5);
    expect(new Set(played.map(({ lab }: { lab: string }) => lab))).toEqual(new Set(['netns']));
  });
});
