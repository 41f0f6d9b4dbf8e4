import type { MarkWords } from '../../director/index.ts';

/** What `StageDirector.mark` asks for, in the words of `lvs-lab director mark`. */
export function markWords(destination: string, mark: number, port: number | undefined): MarkWords {
  return { dst: destination, set: String(mark), ...(port !== undefined && { dport: String(port) }) };
}
