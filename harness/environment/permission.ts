/** Whether packages may be installed: who is at a terminal is asked. */
import { createInterface } from 'node:readline/promises';
import { Option } from 'commander';

/** `ask`: whoever sits at the terminal decides; without one it is no. */
export type Permission = boolean | 'ask';

/** What these options come to. */
export interface InstallFlags {
  readonly install: boolean;
  readonly yes?: boolean;
}

export function yesOption(): Option {
  return new Option(
    '-y, --yes',
    'install missing packages without asking (in a CI, where CI=true, nobody is asked)',
  );
}

export function noInstallOption(text = 'do not install missing packages; list them and exit 3'): Option {
  return new Option('--no-install', text);
}

export function permissionOf({ install, yes = false }: InstallFlags): Permission {
  if (!install) return false;
  return yes || !['', '0', 'false'].includes(process.env.CI ?? '') || 'ask';
}

/** Asks on the terminal. Resolves with false where there is none. */
export async function isAgreed(packages: readonly string[]): Promise<boolean> {
  const { stdin, stderr } = process;
  if (!(stdin.isTTY && stderr.isTTY)) return false;
  const terminal = createInterface({ input: stdin, output: stderr });
  // Ends the question where the input does.
  const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('n')));
  try {
    const question = `Install with apt-get what is missing: ${packages.join(' ')}? [Y/n] `;
    const answer = await Promise.race([terminal.question(question), closed]);
    return /^(y|yes|)$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
