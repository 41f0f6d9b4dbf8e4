/** How a director that is a program says that it does not support something: automake's code for a test that is skipped. */
export const UNSUPPORTED_EXIT_CODE = 77;
