/** The kernel's side of `ipvsadm`: it holds the tables. */
import type { Answer, AnswerTo, Refusal } from './answers.ts';
import type { Operation } from './operations.ts';

export interface IpvsBackend {
  /**
   * Carries operations out in their order, and answers each. One that is refused changes nothing, and does not keep
   * those after it from being done.
   */
  callAll(operations: readonly Operation[]): Promise<readonly Answer[]>;
}

/** Carries out one operation. */
export async function call<O extends Operation>(
  kernel: IpvsBackend,
  operation: O,
): Promise<AnswerTo<O['do']> | Refusal> {
  const [answer] = await kernel.callAll([operation]);
  return answer as AnswerTo<O['do']> | Refusal;
}
