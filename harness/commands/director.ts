/** `lvs-lab director`: the flags are the director's own affair. */
import type { Command } from 'commander';

export function addDirectorCommand(program: Command, onExit: (code: number) => void): void {
  program
    .command('director')
    .summary('run the load balancer on this machine’s interfaces (see "director --help")')
    .helpOption(false)
    .allowUnknownOption()
    .argument('[flags...]')
    .action(async (flags: string[]) => {
      // Loaded only here: it brings native libraries that no other command needs.
      const { runDirector } = await import('../../director/main.ts');
      onExit(await runDirector(flags));
    });
}
