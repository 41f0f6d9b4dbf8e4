/** The name of a set of state recordings says how the director was set: `nat`, `dr secure_tcp=3`, `nat timeouts 100 20 30`. */
import { ALL_MODES, MODES } from '../../lab/modes.ts';
import { RecordingError } from './recording.ts';

export interface Setting {
  /** Option of `ipvsadm -a`. */
  readonly method: string;
  readonly isNat: boolean;
  readonly sysctls: readonly (readonly [name: string, value: number])[];
  /** What is said to `--set`; undefined for the defaults. */
  readonly timeouts: string | undefined;
}

export function parseSetting(text: string): Setting {
  const [first = '', ...rest] = text.split(' ');
  // UDP was recorded under NAT; its sets do not say so.
  const named = ALL_MODES.find((mode) => mode === first);
  const { ipvsadmOption, rewritesAddresses } = MODES[named ?? 'nat'];
  const words = named === undefined ? [first, ...rest] : rest;
  const sysctls: [string, number][] = [];
  let timeouts: string | undefined;
  while (words.length > 0) {
    const word = words.shift() as string;
    const sysctl = /^(\w+)=(\d+)$/.exec(word);
    if (word === 'default') continue;
    if (word === 'timeouts') timeouts = words.splice(0, 3).join(' ');
    else if (sysctl !== null) sysctls.push([sysctl[1] as string, Number(sysctl[2])]);
    else throw new RecordingError(`no idea what the setting "${text}" means by "${word}"`);
  }
  return { method: ipvsadmOption, isNat: rewritesAddresses, sysctls, timeouts };
}
