/** Where the evidence about a director lies in the folder of a run: two directors never share a file. */
import { join } from 'node:path';

/** @param directory Where the result file will lie. */
export function evidenceDirectory(
  directory: string,
  { name, isOwn }: { readonly name: string; readonly isOwn: boolean },
): string {
  return isOwn ? directory : join(directory, name);
}
