/** What a program does when its output cannot be written. */

/**
 * Keeps a program from breaking off where its output cannot be written. A reader that has gone (`| head -1`) is met with
 * silence, and the work goes on to its end; any other failure, such as a full disk, is said once, in one line, and the
 * program ends with `exitCode` unless something worse made it fail.
 *
 * @param program Name that the line begins with.
 */
export function tolerateLostOutput(program: string, exitCode: number): void {
  let said = false;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (said || error.code === 'EPIPE') return;
    said = true;
    process.stderr.write(`${program}: cannot write the output: ${error.message}\n`);
    process.once('exit', (code) => {
      if (code === 0) process.exitCode = exitCode;
    });
  });
  // There is nowhere left to say it.
  process.stderr.on('error', () => undefined);
}
