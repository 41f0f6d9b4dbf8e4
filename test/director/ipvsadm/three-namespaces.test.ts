import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { describeAsRoot } from '../../root.ts';

const SCRIPT = fileURLToPath(new URL('../../../examples/three-namespaces.sh', import.meta.url));
const DECAPSULATE = fileURLToPath(new URL('decapsulate.sh', import.meta.url));
const BIN = fileURLToPath(new URL('../../../bin', import.meta.url));

/** Whether the kernel brings the tunnel device that the script looks for. */
async function kernelHasTunnels(): Promise<boolean> {
  const { exitCode } = await execa('unshare', ['--net', 'ip', 'link', 'show', 'tunl0'], { reject: false });
  return exitCode === 0;
}

describeAsRoot('a script written for the kernel’s IPVS', () => {
  it.each(['nat', 'dr', 'tun'])('moves a file through the VIP by %s, unchanged', async (method) => {
    const hook = method === 'tun' && !(await kernelHasTunnels()) ? { BEFORE_TRAFFIC: DECAPSULATE } : {};
    const { stdout } = await execa(SCRIPT, [`lvt${process.pid}`, method], {
      env: { ...hook, PATH: `${BIN}:${process.env.PATH}` },
      timeout: 25_000,
    });
    expect(stdout).toContain(`${method}: the file arrived whole`);
  });
});
