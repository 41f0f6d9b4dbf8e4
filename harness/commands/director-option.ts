/** The option that names directors: those to test, or some of those that a result is of. */
import { InvalidArgumentError, Option } from 'commander';
import { directors, ownDirector } from '../directors/index.ts';
import { nameCalled, UnknownDirectorError } from '../directors/select.ts';

/** @param known Those that have names. */
export function directorOption(known = directors): Option {
  return new Option(
    '--director <list>',
    `directors to test: ${Object.keys(known).join(', ')}, or files that describe others (docs/directors.md)`,
  )
    .argParser(listOfDirectors)
    .default([ownDirector.name], ownDirector.name);
}

/** For commands that play a director of a kernel's, which may be another one than this machine's. */
export function kernelOption(): Option {
  return new Option(
    '--kernel <package>',
    'ipvs: the kernel of this package of Debian, in a guest, even where this machine’s has IPVS (docs/directors.md)',
  );
}

/** For commands that play this repository’s director alone. @param why Others are refused, as a clause. */
export function ownDirectorOption(why: string): Option {
  const { name } = ownDirector;
  return new Option('--director <name>', `only ${name}: ${why}`).default(name).argParser((given: string) => {
    if (given === name) return given;
    throw new InvalidArgumentError(`Only ${name} can be played here: ${why}.`);
  });
}

/** For commands that read results. @param what It does with them. */
export function testedDirectorOption(what: string): Option {
  return new Option('--director <list>', `${what}, by name or by the file that describes one`).argParser(
    listOfDirectors,
  );
}

/** The names by which results have them. @throws DescriptionError for a file that does not describe a director. */
export function testedDirectors(given: readonly string[]): Promise<string[]> {
  return Promise.all(given.map(nameCalled));
}

/** @throws UnknownDirectorError for one that is not among those tested. */
export function refuseUntested(asked: readonly string[] = [], tested: ReadonlySet<string>): void {
  const unknown = asked.find((name) => !tested.has(name));
  if (unknown === undefined) return;
  throw new UnknownDirectorError(
    `Nothing here is about the director "${unknown}"; there is something of: ${[...tested].join(', ') || 'none'}.`,
  );
}

function listOfDirectors(text: string): string[] {
  return text.split(',');
}
