/** Reads `NAME=VALUE` for a setting. Names may carry the prefix that they have as sysctls. */
import { RuleError } from '../services/rule-error.ts';
import { defaultSettings, type Settings } from '../settings.ts';

export interface SettingChange {
  readonly name: keyof Settings;
  readonly value: number;
}

const SYSCTL_PREFIX = /^net[./]ipv4[./]vs[./]/;
const MAX_VALUE = 2_147_483_647;
/** Settings with modes; the kernel refuses others. */
const HIGHEST_MODE: Partial<Record<keyof Settings, number>> = { drop_packet: 3, secure_tcp: 3 };

export function settingNames(): (keyof Settings)[] {
  return Object.keys(defaultSettings()) as (keyof Settings)[];
}

/** @throws RuleError if there is no such setting, or it does not take that value. */
export function parseSetting(text: string): SettingChange {
  const [given = '', value = ''] = text.split('=').map((part) => part.trim());
  const name = settingNamed(given);
  const highest = HIGHEST_MODE[name] ?? MAX_VALUE;
  if (!/^\d+$/.test(value) || Number(value) > highest) {
    throw new RuleError(`illegal value "${value}" for ${name}: expected a whole number from 0 to ${highest}`);
  }
  return { name, value: Number(value) };
}

/** @throws RuleError if there is no such setting. */
export function settingNamed(given: string): keyof Settings {
  const bare = given.replace(SYSCTL_PREFIX, '');
  const name = settingNames().find((known) => known === bare);
  if (name === undefined) {
    throw new RuleError(`there is no setting "${given}"; there are ${settingNames().join(', ')}`);
  }
  return name;
}
