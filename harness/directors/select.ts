/** Directors by what the command line calls them: a name, or the file that describes a program. */
import { CodedError } from '../../director/coded-error.ts';
import type { DirectorUnderTest } from './director-under-test.ts';
import { readDescription } from './external/description.ts';
import { externalDirector } from './external/index.ts';
import { directors } from './index.ts';

/** No director has this name. */
export class UnknownDirectorError extends CodedError {
  readonly code = 'UNKNOWN_DIRECTOR';
}

/**
 * @param given Such as `ts`, `nft`, `./lb.json`.
 * @param kernel The package of a kernel, for one that comes with a kernel.
 * @param known Those that have names.
 * @throws UnknownDirectorError, DescriptionError; LabError where one cannot be looked at.
 */
export async function directorsCalled(
  given: readonly string[],
  kernel?: string,
  known = directors,
): Promise<DirectorUnderTest[]> {
  const chosen = await Promise.all(given.map((one) => directorCalled(one, known)));
  const twice = chosen.find(({ name }, at) => chosen.findIndex((one) => one.name === name) !== at);
  if (twice !== undefined) {
    throw new UnknownDirectorError(`Two directors are called ${twice.name}: each needs a name of its own.`);
  }
  return Promise.all(withKernel(chosen, kernel).map(asFound));
}

function withKernel(directors: DirectorUnderTest[], kernel: string | undefined): DirectorUnderTest[] {
  if (kernel === undefined) return directors;
  if (directors.some((one) => one.withKernel !== undefined)) {
    return directors.map((one) => one.withKernel?.(kernel) ?? one);
  }
  throw new UnknownDirectorError('--kernel is for a director that comes with a kernel: --director ipvs.');
}

async function asFound(director: DirectorUnderTest): Promise<DirectorUnderTest> {
  if (director.asFound === undefined || (await director.unavailable()) !== undefined) return director;
  return director.asFound();
}

/** Its name in results. What is called by name may be unknown here: a result can come from elsewhere. */
export async function nameCalled(given: string): Promise<string> {
  return isFile(given) ? (await readDescription(given)).name : given;
}

async function directorCalled(given: string, known: typeof directors): Promise<DirectorUnderTest> {
  if (isFile(given)) return externalDirector(given);
  const director = Object.hasOwn(known, given) ? known[given] : undefined;
  if (director !== undefined) return director;
  throw new UnknownDirectorError(
    `There is no director "${given}"; choose from ${Object.keys(known).join(', ')}, or give the file that describes one (docs/directors.md).`,
  );
}

function isFile(given: string): boolean {
  return given.endsWith('.json');
}
