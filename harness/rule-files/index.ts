/**
 * Rules as operators have them at hand: what `ipvsadm -S` saves, what `ipvsadm -L` prints, or a keepalived.conf. All become
 * rules in the language of `ipvsadm -R`, with numbers for names.
 */
import { readFile } from 'node:fs/promises';
import { RuleError, SystemResolver } from '../../director/index.ts';
import { rulesOfKeepalived } from './keepalived.ts';
import { rulesOfListing } from './listing.ts';
import { withoutNames } from './named.ts';

const LISTING = /^IP Virtual Server version /m;
const KEEPALIVED = /^\s*virtual_server(?:_group)?\s/m;

/**
 * @param file Its path; `-` for standard input.
 * @throws RuleError where it cannot be read, a line cannot be understood, or a name is not known here.
 */
export async function readRules(file: string): Promise<string> {
  const text = await readFile(file === '-' ? '/dev/stdin' : file, 'utf8').catch((error: Error) => {
    throw new RuleError(`cannot read the rules: ${error.message}`);
  });
  return withoutNames(asRules(text, file), file, new SystemResolver());
}

/**
 * @param name Of the file, for messages.
 * @throws RuleError naming the line that cannot be understood.
 */
export function asRules(text: string, name: string): string {
  if (LISTING.test(text)) return rulesOfListing(text, name);
  if (KEEPALIVED.test(text)) return rulesOfKeepalived(text, name);
  return text;
}
