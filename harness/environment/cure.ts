import { fileURLToPath } from 'node:url';
import { isDebianLike } from './apt.ts';
import { isFullRoot } from './probes/runtime.ts';
import { type CommandRequirement, isRequired, type Requirement } from './requirements.ts';

const LAUNCHER = fileURLToPath(new URL('../../bin/lvs-lab', import.meta.url));

/** What to do about a requirement that is not met. */
export function cureFor(requirement: Requirement): string {
  return requirement.kind === 'command' ? howToInstall([requirement]) : requirement.cure;
}

/** The one command that installs these, or, where the package manager is not apt-get, what to install. */
export function howToInstall(commands: readonly CommandRequirement[]): string {
  const packages = [...new Set(commands.map((command) => command.debianPackage))].join(' ');
  if (!isDebianLike()) {
    return `Install with the system's package manager (names as in Debian): ${packages}`;
  }
  const sudo = isFullRoot() ? '' : 'sudo ';
  // Our own set-up also keeps the packages' services from starting.
  return commands.every(isRequired)
    ? `Run: ${sudo}${LAUNCHER} setup`
    : `Run: ${sudo}apt-get install --no-install-recommends ${packages}`;
}
