import type { Writable } from 'node:stream';
import { aptInstall, isDebianLike } from './apt.ts';
import { EnvironmentMissingError } from './environment-missing-error.ts';
import { installed } from './installation.ts';
import { isAgreed, type Permission } from './permission.ts';
import { type Probed, probe } from './probe.ts';
import { isProven, rememberProven } from './proven-features.ts';
import {
  type CommandRequirement,
  isRequired,
  type KernelRequirement,
  type Requirement,
} from './requirements.ts';
import { isFullRoot, isRoot } from './rights.ts';
import { findCommand, systemPath } from './system-path.ts';

interface EnsureOptions {
  /** Whether missing packages may be installed, which also requires root and Debian or Ubuntu. */
  readonly install: Permission;
  /** Receives the names of the packages that are installed. */
  readonly stderr?: Writable;
}

/**
 * Makes sure that the machine meets all requirements, and installs missing packages where that is allowed. Puts the
 * folders of system commands on this process's PATH. Takes a few milliseconds if nothing is missing.
 *
 * Kernel features are checked as root only: without root no lab is built, and tests that need one say so.
 *
 * @throws {EnvironmentMissingError} that says what is missing and what to do about it; exit code 3.
 */
export async function ensure(requirements: readonly Requirement[], options: EnsureOptions): Promise<void> {
  process.env.PATH = systemPath();
  refuse(await probe(requirements.filter((requirement) => requirement.kind === 'runtime')));
  await ensureCommands(
    requirements.filter((requirement) => requirement.kind === 'command'),
    options,
  );
  if (isRoot()) await ensureKernel(requirements.filter((requirement) => requirement.kind === 'kernel'));
}

/** Installs missing optional commands where that is allowed; reports in one line if some remain missing. */
export async function installIfPossible(
  requirements: readonly Requirement[],
  options: EnsureOptions,
): Promise<void> {
  const commands = requirements.filter((requirement) => requirement.kind === 'command');
  try {
    await ensureCommands(commands, options);
  } catch (error) {
    if (!(error instanceof EnvironmentMissingError)) throw error;
    const [missing] = error.message.split('\n');
    (options.stderr ?? process.stderr).write(`Going on without some of what is compared. ${missing}\n`);
  }
}

async function ensureCommands(
  commands: readonly CommandRequirement[],
  { install, stderr = process.stderr }: EnsureOptions,
): Promise<void> {
  const missing = commands.filter((command) => findCommand(command.name) === undefined);
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((command) => command.debianPackage))];
  const isPossible = install !== false && isFullRoot() && isDebianLike();
  if (!isPossible || (install === 'ask' && !(await isAgreed(packages)))) {
    const orAgree = isPossible ? ', or this command again with --yes' : '';
    throw new EnvironmentMissingError(`Missing: ${list(missing)}\n${howToInstall(missing)}${orAgree}`);
  }
  stderr.write(`Installing with apt-get what is missing: ${packages.join(' ')}\n`);
  await aptInstall(
    packages,
    missing.flatMap((command) => command.service ?? []),
  );
  refuse(await probe(missing));
}

function list(missing: readonly CommandRequirement[]): string {
  return missing.map(({ name, debianPackage }) => `${name} (package ${debianPackage})`).join(', ');
}

async function ensureKernel(features: readonly KernelRequirement[]): Promise<void> {
  if (isProven(features)) return;
  refuse(await probe(features));
  rememberProven(features);
}

/** @throws EnvironmentMissingError if one of these is missing. */
function refuse(probed: readonly Probed[]): void {
  const missing = probed.filter(({ present }) => !present);
  if (missing.length === 0) return;
  const lines = missing.map(
    ({ requirement: { name, usedFor }, detail }) => `${name}, needed for ${usedFor}, is missing: ${detail}`,
  );
  const cures = new Set(missing.map(({ requirement }) => cureFor(requirement)));
  throw new EnvironmentMissingError([...lines, ...cures].join('\n'));
}

const LAUNCHER = installed('bin', 'lvs-lab');

/** What to do about a requirement that is not met. */
export function cureFor(requirement: Requirement): string {
  return requirement.kind === 'command' ? howToInstall([requirement]) : requirement.cure;
}

/** The command that installs these or, without apt-get, the names of their packages. */
function howToInstall(commands: readonly CommandRequirement[]): string {
  const packages = [...new Set(commands.map((command) => command.debianPackage))].join(' ');
  if (!isDebianLike()) {
    return `Install with the system's package manager (names as in Debian): ${packages}`;
  }
  const sudo = isFullRoot() ? '' : 'sudo ';
  // The project's own set-up also keeps the services in these packages from starting.
  return commands.every(isRequired)
    ? `Run: ${sudo}${LAUNCHER} setup --yes`
    : `Run: ${sudo}apt-get install --no-install-recommends ${packages}`;
}
