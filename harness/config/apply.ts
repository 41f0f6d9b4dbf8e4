/** A configuration's values, in the place of defaults of the command line. */
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { configPath } from './file.ts';

/** Whether the user or their configuration gave this option. */
export function isChosen(command: Command, option: string): boolean {
  return ['cli', 'config'].includes(command.getOptionValueSource(option) ?? '');
}

/**
 * The flags of a command as the user gave them, with what the configuration of the current folder says where they gave
 * nothing. Whatever the command has no option for is for another one.
 *
 * @throws ConfigError if there is a configuration that cannot be used.
 */
export async function withConfig<Flags extends object>(flags: Flags, command: Command): Promise<Flags> {
  if (!existsSync(configPath())) return flags;
  // Loaded only here: it knows what every command may be told, and most folders have none.
  const { readConfig } = await import('./config.ts');
  const config = await readConfig();
  const options = new Set(command.options.map((option) => option.attributeName()));
  const isGiven = (name: string) => command.getOptionValueSource(name) === 'cli';
  const own = Object.entries(config).filter(([name]) => options.has(name) && !isGiven(name));
  for (const [name, value] of own) command.setOptionValueWithSource(name, value, 'config');
  return own.length === 0 ? flags : command.opts<Flags>();
}
