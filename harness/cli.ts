/** Program: `lvs-lab <command>`. */
import { main } from './main.ts';

// Whoever reads the output may have had enough of it; the work itself goes on to its end.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

process.exitCode = await main(process.argv.slice(2));
