/** A change of rules that was refused. Nothing has been changed. */
export class RuleError extends Error {
  override readonly name = 'RuleError';
}
