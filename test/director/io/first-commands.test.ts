/** The commands that find no director, the ones whose reader has gone, and the ones that cannot write. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { controlSocketPath } from '../../../director/index.ts';
import { describeAsRoot } from '../../root.ts';

const BIN = fileURLToPath(new URL('../../../bin', import.meta.url));
const NAMESPACE = `lvs-first-${process.pid}`;

/** Runs shell words in the namespace, with the project's programs in the path. */
function run(command: string, input = '') {
  return execa('ip', ['netns', 'exec', NAMESPACE, 'bash', '-c', command], {
    env: { PATH: `${BIN}:${process.env.PATH}` },
    input,
    reject: false,
    timeout: 120_000,
  });
}

const services = async () =>
  (await run('ipvsadm -Ln')).stdout.split('\n').filter((line) => /^TCP/.test(line));

/** The process of the director that is starting or running, from its lock. */
function directorPid(): number | undefined {
  const lock = controlSocketPath(`/run/netns/${NAMESPACE}`).replace(/sock$/, 'lock');
  return existsSync(lock) ? Number(readFileSync(lock, 'utf8')) || undefined : undefined;
}

describeAsRoot('commands and the director that they start', () => {
  beforeAll(() => execFileSync('ip', ['netns', 'add', NAMESPACE]));
  afterEach(() => run('lvs-lab director stop'));
  afterAll(() => execFileSync('ip', ['netns', 'delete', NAMESPACE]));

  it('all succeed that come at once, where none has run before, and all find one director', async () => {
    const ports = [8001, 8002, 8003, 8004];
    const done = await Promise.all(ports.map((port) => run(`ipvsadm -A -t 10.0.0.1:${port} -s rr`)));
    expect(done.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual(
      ports.map(() => ({ exitCode: 0, stderr: '' })),
    );
    expect(await services()).toHaveLength(ports.length);
  });

  it('wait for a director that somebody is starting by hand', async () => {
    const byHand = run('exec lvs-lab director');
    await expect.poll(directorPid, { timeout: 20_000 }).toBeDefined();
    expect(await run('ipvsadm -A -t 10.0.0.1:80 -s rr')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(directorPid()).toBe(byHand.pid);
    await run('lvs-lab director stop');
    expect((await byHand).exitCode).toBe(0);
  });

  it('wait for a start that is held up, say so, and end', async () => {
    const command = run('ipvsadm -A -t 10.0.0.1:80 -s rr');
    let said = '';
    command.stderr?.on('data', (chunk) => {
      said += chunk;
    });
    await expect.poll(directorPid, { timeout: 20_000, interval: 5 }).toBeDefined();
    const pid = directorPid() as number;
    process.kill(pid, 'SIGSTOP');
    await expect
      .poll(() => said, { timeout: 20_000 })
      .toMatch(`waiting for the director to start (process ${pid}`);
    process.kill(pid, 'SIGCONT');
    expect((await command).exitCode).toBe(0);
    expect(await services()).toHaveLength(1);
  });

  it('say what kept a director from starting, and leave none behind', async () => {
    await run('nft add table netdev lvs-lab');
    const { exitCode, stderr } = await run('ipvsadm -A -t 10.0.0.1:80 -s rr');
    await run('nft delete table netdev lvs-lab');
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(/no director could be started here: .*nftables refused/);
    expect(directorPid()).toBeUndefined();
  });

  it('end quietly when their reader has gone, and in one line when they cannot write', async () => {
    const rules = Array.from({ length: 6000 }, (_, i) => `-A -t 10.0.9.1:${i + 1} -s rr\n`).join('');
    await run('ipvsadm -R', rules);
    for (const command of [
      'ipvsadm -Ln',
      'ipvsadm -Sn',
      'ipvsadm-save -n',
      'lvs-lab director status --json',
    ]) {
      expect(await run(`${command} | head -1`)).toMatchObject({ exitCode: 0, stderr: '' });
      const full = await run(`${command} > /dev/full`);
      expect(full.stderr).toMatch(/^[^\n]+: cannot write the output: [^\n]+$/);
      expect(full.exitCode).not.toBe(0);
    }
  });
});
