import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isChosen, withConfig } from '../../../harness/config/apply.ts';
import { readConfig } from '../../../harness/config/config.ts';
import { CONFIG_FILE } from '../../../harness/config/file.ts';
import { CONFIG } from '../../../harness/config/templates.ts';
import { lvsLabHere } from '../command-line.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lvs-lab-config-'));
  vi.spyOn(process, 'cwd').mockReturnValue(folder);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

const configured = (text: string) => writeFile(join(folder, CONFIG_FILE), `export default ${text};\n`);

describe('a configuration', () => {
  it('is not needed', async () => {
    expect(await readConfig()).toEqual({});
  });

  it.each([
    ['{ profil: "quick" }', /Unrecognized key: "profil"/],
    ['{ mode: ["nat", "fwd"] }', /mode/],
    ['{ servers: 0 }', /servers/],
    ['undefined', /expected object/],
    ['{ out: ', /cannot be loaded/],
  ])('that is wrong is refused with its name and what is wrong: %s', async (text, reason) => {
    await configured(text);
    await expect(readConfig()).rejects.toThrow(reason);
    await expect(readConfig()).rejects.toThrow(join(folder, CONFIG_FILE));
    const { exitCode, stderr } = await lvsLabHere('gate');
    expect(exitCode).toBe(2);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });

  it('goes before defaults, and options of the command line before it', async () => {
    await configured('{ profile: "quick", mode: ["dr"], servers: 2, baseline: "b.json" }');
    const command = new Command()
      .option('--profile <name>', '', 'default')
      .option('--mode <list>', '', 'nat')
      .option('--servers <n>', '', '3')
      .option('--seed <n>', '', '1');
    command.parse(['--mode', 'tun'], { from: 'user' });
    expect(await withConfig(command.opts(), command)).toEqual({
      profile: 'quick',
      mode: 'tun',
      servers: 2,
      seed: '1',
    });
    expect(['profile', 'mode', 'seed'].map((name) => isChosen(command, name))).toEqual([true, true, false]);
  });

  it('has the smallest slowdown in percent, as the option has', async () => {
    await configured('{ effect: 15 }');
    expect(await readConfig()).toEqual({ effect: 0.15 });
  });

  it('gives the gate its baseline', async () => {
    await configured('{ baseline: "absent.json" }');
    const { stderr } = await lvsLabHere('gate', join(folder, 'absent'));
    expect(stderr).not.toMatch(/required option/);
    await configured('{}');
  });
});

describe('lvs-lab init', () => {
  it('writes a configuration and a workflow, and leaves what is there', async () => {
    await writeFile(join(folder, CONFIG_FILE), 'mine');
    const { stdout, exitCode } = await lvsLabHere('init');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/lvs-lab\.config\.ts: there already, left as it is/);
    expect(await readFile(join(folder, CONFIG_FILE), 'utf8')).toBe('mine');
    const workflow = await readFile(join(folder, '.github/workflows/lvs-lab.yml'), 'utf8');
    expect(workflow).toMatch(/npx lvs-lab bench\n/);
  });

  it('writes a configuration that can be used', async () => {
    await writeFile(join(folder, 'lvs-lab.ts'), 'export const defineConfig = (config: unknown) => config;\n');
    await writeFile(join(folder, CONFIG_FILE), CONFIG.replace("'lvs-lab'", "'./lvs-lab.ts'"));
    expect(await readConfig()).toMatchObject({ profile: 'quick', require: 'live' });
  });
});
