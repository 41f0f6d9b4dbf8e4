/** The backend of `ipvsadm`: it holds the tables. */
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
  backend: IpvsBackend,
  operation: O,
): Promise<AnswerTo<O['do']> | Refusal> {
  const [answer] = await backend.callAll([operation]);
  return answer as AnswerTo<O['do']> | Refusal;
}

/** What the backend says of itself: version 1.2.1. */
export const IPVS_VERSION = 0x01_02_01;

/** The size of the kernel's connection table, in buckets, that lists begin with. */
export const TABLE_SIZE = 4096;
