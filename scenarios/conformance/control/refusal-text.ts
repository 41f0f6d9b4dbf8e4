/** What is said of a request that is refused, or `done`. */
export async function refusalText(ask: () => Promise<unknown> | undefined): Promise<string> {
  try {
    await ask();
    return 'done';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
