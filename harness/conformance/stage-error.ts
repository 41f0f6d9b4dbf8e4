/** What a case asked of its stage was refused, or makes no sense there. */
export class StageError extends Error {
  override readonly name = 'StageError';
}
