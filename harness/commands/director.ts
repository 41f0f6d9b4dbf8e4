/** `lvs-lab director`: the director as a process of its own; its flags are its own affair. */
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { execa } from 'execa';

const MAIN = fileURLToPath(new URL('../../director/main.ts', import.meta.url));

export function addDirectorCommand(program: Command, onExit: (code: number) => void): void {
  program
    .command('director')
    .summary('run the load balancer on this machine’s interfaces (see "director --help")')
    .helpOption(false)
    .allowUnknownOption()
    .argument('[flags...]')
    .action(async (flags: string[]) => {
      const { exitCode } = await execa(process.execPath, [MAIN, ...flags], {
        stdio: 'inherit',
        reject: false,
      });
      onExit(exitCode ?? 1);
    });
}
