import type { Stage } from '../../kit/stage.ts';

/** The text of a refusal, or undefined if there was none. */
export async function refusalOf(stage: Stage, line: string): Promise<string | undefined> {
  try {
    await stage.director.rules(line);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
