/**
 * The family of errors that this project throws. The message is for people and may be reworded;
 * `code` says which error it is and stays, as the codes of Node's own errors do.
 */
export abstract class CodedError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}
