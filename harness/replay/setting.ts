/** The name of a set of state recordings says how the director was set: `nat`, `dr secure_tcp=3`, `nat timeouts 100 20 30`. */
import { RecordingError } from './recording.ts';

const METHOD_OPTIONS: Readonly<Record<string, string>> = { nat: '-m', dr: '-g', tun: '-i' };

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
  const method = METHOD_OPTIONS[first];
  const words = method === undefined ? [first, ...rest] : rest;
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
  return { method: method ?? '-m', isNat: method === undefined || method === '-m', sysctls, timeouts };
}
